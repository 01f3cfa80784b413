import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxRawLength } from '../../src/model/evidence.ts';
import { redactCommand, redactText } from '../../src/model/redact.ts';

const hidden: readonly (readonly [string, string])[] = [
  ['app --password hunter2 --user bob', 'app --password *** --user bob'],
  ['app --password=hunter2 --verbose', 'app --password=*** --verbose'],
  ['app --password=a,b&c;d', 'app --password=***'],
  ["app --password='my secret pass' db", "app --password='***' db"],
  ['app --db-passwd hunter2', 'app --db-passwd ***'],
  ['app -p hunter2', 'app -p ***'],
  ['mysql -u root -phunter2 db', 'mysql -u root -p*** db'],
  ['/usr/bin/mysqldump -phunter2 db', '/usr/bin/mysqldump -p*** db'],
  ['sshpass -p hunter2 ssh -p 22 host', 'sshpass -p *** ssh -p 22 host'],
  ['ssh host mysql -p hunter2', 'ssh host mysql -p ***'],
  ['redis-cli -a hunter2 shutdown', 'redis-cli -a *** shutdown'],
  ['zip -P hunter2 a.zip a', 'zip -P *** a.zip a'],
  ['PGPASSWORD=hunter2 psql -h db', 'PGPASSWORD=*** psql -h db'],
  ['env AWS_SECRET_ACCESS_KEY=abc/def+ghi aws s3 ls', 'env AWS_SECRET_ACCESS_KEY=*** aws s3 ls'],
  ['java -Djavax.net.ssl.keyStorePassword=changeit -jar x.jar', 'java -Djavax.net.ssl.keyStorePassword=*** -jar x.jar'],
  ['psql postgres://bob:p@ss@db:5432/x', 'psql postgres://***@db:5432/x'],
  ['git clone https://tok@github.com/x/y', 'git clone https://***@github.com/x/y'],
  ['curl https://h/x?token=abc&unit=b', 'curl https://h/x?token=***&unit=b'],
  ['curl --url=https://h/x?access_token=abc&b=c', 'curl --url=https://h/x?access_token=***&b=c'],
  ['curl -u bob:hunter2 http://h', 'curl -u bob:*** http://h'],
  ['curl --user=bob:hunter2 http://h', 'curl --user=bob:*** http://h'],
  ['smbclient -U bob%hunter2 //h/s', 'smbclient -U bob%*** //h/s'],
  ['curl -H "Authorization: Bearer abc.def" http://h', 'curl -H "Authorization: Bearer ***" http://h'],
  ['curl -H Authorization: Bearer abc.def http://h', 'curl -H Authorization: Bearer *** http://h'],
  ['curl -H Authorization: abc.def http://h', 'curl -H Authorization: *** http://h'],
  ["curl -H 'X-Api-Key: abc def' http://h", "curl -H 'X-Api-Key: ***' http://h"],
  ['curl -H X-Api-Key:abc http://h', 'curl -H X-Api-Key:*** http://h'],
  ["curl -H 'Cookie: a=b; c=d' http://h", "curl -H 'Cookie: ***' http://h"],
  ['curl -H Cookie: a=b; c=d http://h', 'curl -H Cookie: ***; *** http://h'],
  ['curl --oauth2-bearer abc http://h', 'curl --oauth2-bearer *** http://h'],
  ['curl -d {"password":"a b","unit":"x"}', 'curl -d {"password":"***","unit":"x"}'],
  ['curl -d {"password": "a b", "unit": "x"}', 'curl -d {"password": "***", "unit": "x"}'],
  ['sqlcmd Server=db;Password=abc;Database=x', 'sqlcmd Server=db;Password=***;Database=x'],
  ['openssl rsa -passin pass:hunter2 -in k.pem', 'openssl rsa -passin *** -in k.pem'],
  ['deploy ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'deploy ***'],
  ['deploy AKIAIOSFODNN7EXAMPLE', 'deploy ***'],
  ['deploy eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N', 'deploy ***'],
  ['deploy 8f14e45fceea167a5a36dedd4bea2543', 'deploy ***'],
  ['deploy x7QpL2vT9/kWm3RzB8sYc+Hd5NfG6aJuEtX0iOqVb', 'deploy ***'],
  ['deploy dGhpcyBpcyBhIHNlY3JldCBrZXk0Mg==', 'deploy ***=='],
  [
    'wget https://hooks.example.com/services/T00000000/B00/aB3dE5fG7hI9jK1lM3nO5pQ7',
    'wget https://hooks.example.com/services/T00000000/B00/***',
  ],
  ['sh -c "mysql --password=hunter2 -e x" next', 'sh -c "mysql --password=*** -e x" next'],
];

const shown = [
  'systemctl stop ovs-vswitchd',
  'systemctl --no-block stop app@550e8400-e29b-41d4-a716-446655440000.service',
  'systemctl stop docker-4c01db0b339c4fe5a1ee5c0c9a8ba1a0ffd56b2b7e8a4d9f3c2b1a0987654321.scope',
  'systemctl stop docker-4c01db0b339c4fe5a1ee5c0c9a8ba1a0ffd56b2b7e8a4d9f3c2b1a0987654321.scope.',
  'systemctl show -p MainPID x',
  'systemctl --user restart pipewire',
  'umount UUID=550e8400-e29b-41d4-a716-446655440000',
  '/usr/lib/x86_64-linux-gnu/libexec/kf5/kdeinit5-very-long-Name-With-4-Parts --keep',
  'rm -rf /var/lib/docker/containers/4c01db0b339c4fe5a1ee5c0c9a8ba1a0ffd56b2b7e8a4d9f3c2b1a0987654321',
  'mkdir -p /var/lib/x',
  'ssh -p 22 host',
  'docker run -u 1000:1000 image',
  'java -cp /usr/share/a.jar org.example.ConfluentKafkaRestServerMainLauncher2',
  'apt-get install linux-image-6.1.0-18-cloud-amd64-unsigned',
  'app --keyboard de --passive --author bob --no-password db',
  'app --password-file /etc/secret --token-path=/run/t --key-id 7',
  'env PWD=/root OLDPWD=/tmp make',
  'app --password',
  'app --password= db',
  '/usr/bin/python3 /usr/bin/unattended-upgrade --minimal-upgrade-steps-and-more',
  '',
  ' ',
];

describe('redactCommand', () => {
  test.each(hidden)('hides the secret in %s', (command, expected) => {
    expect(redactCommand(command)).toBe(expected);
  });

  test.each(shown)('leaves %s as it is', (command) => {
    expect(redactCommand(command)).toBe(command);
  });

  test('cuts a long command between words', () => {
    const command = `app ${'abcdefg '.repeat(200)}`;
    const redacted = redactCommand(command);
    expect(redacted.length).toBeLessThanOrEqual(1024);
    expect(redacted).toMatch(/^app (?:abcdefg )+…$/);
  });

  test('does not show the beginning of a secret that the cut would shorten', () => {
    const command = `app ${'x '.repeat(505)}x7QpL2vT9kWm3RzB8sYcHd5NfG6aJuEtX0iOqVb`;
    expect(redactCommand(command)).not.toContain('x7Qp');
  });

  test('is done with a megabyte of anything, which a quadratic pattern never would be', () => {
    const pieces = [
      'a',
      '-',
      '=',
      '"',
      "'",
      ':',
      '/',
      '@',
      '://',
      '1aB',
      'password',
      'key=',
      '--token ',
      '\\',
      '.',
      'eyJ',
      '|-',
      'a,1',
    ];
    for (const piece of pieces) {
      expect(redactCommand(piece.repeat(Math.ceil(2 ** 20 / piece.length))).length).toBeLessThanOrEqual(1024);
    }
  });
});

describe('redactText', () => {
  test('hides secrets in the lines of a process tree', () => {
    const text = '  |-mysql,123 -u root -phunter2\n  `-app,124 --token abc --verbose';
    expect(redactText(text)).toBe('  |-mysql,123 -u root -p***\n  `-app,124 --token *** --verbose');
  });

  test('keeps the identifiers that evidence is about', () => {
    const text = '{"INVOCATION_ID":"7a3f3611f73a47b385f36added26ac0a","_BOOT_ID":"b2090cccd54d4e9aa49872b387d7e27f"}';
    expect(redactText(text)).toBe(text);
  });

  test('does not take the next line for the value of an option', () => {
    expect(redactText('app --password\nsystemctl stop x')).toBe('app --password\nsystemctl stop x');
  });

  test('is at most as long as raw evidence may be', () => {
    expect(redactText('line of words\n'.repeat(10_000)).length).toBeLessThanOrEqual(maxRawLength);
    expect(redactText('x'.repeat(100_000)).length).toBeLessThanOrEqual(maxRawLength);
  });
});

const fragment = fc.constantFrom(
  ...[
    '--password',
    '-p',
    ' ',
    ' ',
    ' ',
    '=',
    ':',
    '"',
    "'",
    'token',
    'X-Api-Key:',
    'Bearer',
    'Authorization:',
    ';',
    '&',
    ',',
    '***',
    '…',
    '\n',
  ],
  ...[
    'https://',
    'bob',
    '@',
    '/',
    'mysql',
    '-u',
    '--user',
    'aB3dE5fG7hI9jK1lM3nO5pQ7',
    '8f14e45fceea167a5a36dedd4bea2543',
    '.service',
    '{',
  ],
);
const anyCommand = fc.oneof(
  fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 3000, unit: 'binary' }),
);

describe('redaction', () => {
  test('of what is redacted changes nothing', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        const once = redactCommand(command);
        expect(redactCommand(once)).toBe(once);
        const text = redactText(command);
        expect(redactText(text)).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });

  test('hides the value of a secret option wherever it stands', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const secret = fc.stringMatching(/^[A-Z0-9]{12,20}$/);
    const option = fc.constantFrom(
      '--password ',
      '--password=',
      'API_TOKEN=',
      '-H X-Secret: ',
      'Authorization: Bearer ',
      'https://bob:',
    );
    fc.assert(
      fc.property(fc.array(word), option, secret, fc.array(word), (before, name, value, after) => {
        const end = name === 'https://bob:' ? '@host' : '';
        expect(redactCommand([...before, `${name}${value}${end}`, ...after].join(' '))).not.toContain(value);
      }),
    );
  });
});
