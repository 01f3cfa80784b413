import { describe, expect, test } from 'vitest';
import { incidentPage } from '../../../src/http/pages/incident-page.ts';
import type { Incident, Verdict } from '../../../src/model/incident.ts';
import { planSpans } from '../../../src/trace/plan-spans.ts';
import { sampleFrames, sampleIncident, sampleRequest } from '../../support/sample-incident.ts';

const links = { hasPage: () => true };

function pageOf(replace: { incident?: Partial<Incident>; verdict?: Partial<Verdict> } = {}): string {
  const classified = sampleIncident(replace);
  return String(incidentPage(classified, planSpans(classified), links));
}

/** What a reader sees, in one line. */
function textOf(page: string): string {
  return page
    .replace(/<[^>]*>/g, ' ')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, ' ');
}

describe('incidentPage', () => {
  test('has the sentence as its title and headline', () => {
    const sentence = 'requested by systemctl[11733] in session-2.scope, user root (sshd &gt; sshd &gt; bash &gt; systemctl)';
    expect(pageOf()).toContain(`<title>ovs-vswitchd.service stopped: ${sentence}</title>`);
    expect(pageOf()).toContain(`<h1><code>ovs-vswitchd.service</code> stopped: ${sentence}</h1>`);
  });

  test('answers why, who and when', () => {
    const text = textOf(pageOf());
    expect(text).toContain(
      'Why requested A client asked systemd to stop it. Certainty proven : direct evidence names the cause Rule call path',
    );
    expect(text).toContain(
      'Who systemctl[11733] Command systemctl stop ovs-vswitchd user root unit session-2.scope Found by process tree',
    );
    expect(text).toContain('When 2020-09-22 09:15:28.000000 UTC Took 1.5 s Ended 2020-09-22 09:15:29.500000 UTC Host ovs-host');
  });

  test('shows the proof in order, with source, time, place and text', () => {
    const proof = /<section class="proof" aria-labelledby="proof">[\s\S]*?<\/section>/.exec(pageOf())?.[0] ?? '';
    expect(textOf(proof)).toContain(
      'stap Call path of PID 1 2020-09-22 09:15:28.000000 UTC +0 µs stap.log:1 the meta_id="ovs-vswitchd.service" the main_pid=0',
    );
    expect(textOf(proof)).toMatch(/Process tree pstree\.log:10 .*State of the unit .* \+100 ms/);
    expect(proof).toContain('ovs-vswitchd.service&quot;\nthe main_pid');
  });

  test('shows the ancestry as nested lists, the sender innermost', () => {
    const page = pageOf();
    expect(page.match(/<ul class="tree">/g)).toHaveLength(4);
    expect(textOf(page)).toMatch(/sshd \(1031\) sshd \(3234\) bash \(3265\) systemctl \(11733\)/);
    expect(page).toContain('<div class="leaf"><code><b>systemctl</b>');
  });

  test('says of a process only what differs from its parent', () => {
    const ancestry = [
      { pid: 1, name: 'systemd', user: 'root' },
      { pid: 2, name: 'bash', user: 'anna', tty: 'pts/0' },
      { pid: 3, name: 'systemctl', user: 'anna', tty: 'pts/0' },
    ];
    const text = textOf(pageOf({ verdict: { ancestry } }));
    expect(text).toContain('systemd (1) user root bash (2) user anna, terminal pts/0 systemctl (3) Call path');
  });

  test('shows the call path innermost first, and marks and explains frames that are not certain', () => {
    const doubtful = {
      function: 'service_release_socket_fd',
      offset: 0x7f0c,
      module: '/usr/lib/libsystemd-core.so',
      reliable: false,
    };
    const text = textOf(
      pageOf({ verdict: { callPath: [...sampleFrames.slice(0, 2), doubtful, { offset: 1, module: 'm', reliable: false }] } }),
    );
    expect(text).toMatch(
      /service_enter_stop \+0x0\/0x170 systemd service_stop \+0x10\/0x170 systemd service_release_socket_fd \+0x7f0c not certain libsystemd-core\.so no symbol \+0x1 not certain m/,
    );
    expect(text).toContain('never decides the cause');
    expect(textOf(pageOf())).not.toContain('not certain');
  });

  test('shows what speaks against the verdict', () => {
    expect(pageOf({ verdict: { conflicts: ['the result is "success"'] } })).toContain(
      '<li>the result is &quot;success&quot;</li>',
    );
    expect(pageOf()).not.toContain('Evidence against this verdict');
  });

  test('links to the incident that triggered it, where that has one and it is kept', () => {
    const unit = 'network.target';
    expect(pageOf({ verdict: { triggeredBy: { unit, traceId: 'ab'.repeat(16) } } })).toContain(
      `<a href="/incidents/${'ab'.repeat(16)}"><code>${unit}</code></a>`,
    );
    const forgotten = sampleIncident({ verdict: { triggeredBy: { unit, traceId: 'ab'.repeat(16) } } });
    const without = [
      pageOf({ verdict: { triggeredBy: { unit } } }),
      String(incidentPage(forgotten, [], { hasPage: () => false })),
    ];
    for (const page of without) {
      expect(page).toContain(`<dd><code>${unit}</code></dd>`);
      expect(page).not.toContain('href="/incidents/ab');
    }
  });

  test.each([
    [
      'after',
      'requested some time after 2020-09-22 09:15:28.000000 UTC (the evidence says only when the unit had started) on host',
      'When some time after 2020-09-22 09:15:28.000000 UTC the evidence says only when the unit had started.',
    ],
    [
      'read',
      'requested at an unknown time on host',
      'When unknown the evidence has no time; it was read at 2020-09-22 09:15:28.000000 UTC .',
    ],
  ] as const)('says how sure a time is that is known as "%s", and counts nothing from it', (timeBasis, headline, answer) => {
    const { endedAtUsec: _, ...incident } = sampleIncident().incident;
    const classified = { ...sampleIncident(), incident: { ...incident, timeBasis } };
    const text = textOf(String(incidentPage(classified, planSpans(classified), links)));
    expect(text).toContain(headline);
    expect(text).toContain(answer);
    expect(text).toContain('Took unknown');
    expect(text).not.toMatch(/[+−][\d.]+ [mµ]?s\b/);
    expect(text).toContain('09:15:28.100 deactivating (stop)');
  });

  test('tells nobody from unknown where there is no sender', () => {
    const { sender: _, ...verdict } = sampleIncident().verdict;
    const classified = { ...sampleIncident(), verdict: { ...verdict, ancestry: [] } };
    expect(textOf(String(incidentPage(classified, [], links)))).toContain('Who Unknown No evidence names the sender');
    const byItself = { ...classified, verdict: { ...classified.verdict, endedByItself: true } };
    expect(textOf(String(incidentPage(byItself, [], links)))).toContain('Who Nobody The service ended by itself');
  });

  test('says that nobody saw the end, and invents no duration', () => {
    const { endedAtUsec: _, ...incident } = sampleIncident().incident;
    const classified = { ...sampleIncident(), incident: { ...incident, evidence: incident.evidence.slice(0, 2) } };
    const page = String(
      incidentPage({ ...classified, verdict: { ...classified.verdict, basis: [] } }, planSpans(classified), links),
    );
    expect(textOf(page)).toContain('Took its end was not seen');
    expect(textOf(page)).toMatch(/stop ovs-vswitchd\.service its end was not seen .* end not seen requested by systemctl/);
    // When the witness saw the call path, in the waterfall, in the events and in the evidence; and the note on steps.
    expect(textOf(page).match(/[+−]?[\d.]+ [mµ]?s\b/g)).toEqual(['+0 µs', '1 µs', '+0 µs', '+0 µs']);
  });

  test('names the host where it is known', () => {
    const host = (hostname: string) => ({ incident: { host: { ...sampleIncident().incident.host, hostname } } });
    expect(textOf(pageOf(host('web1')))).toMatch(/requested 2020-09-22 09:15:28.000000 UTC on host web1 /);
    for (const nothing of ['', 'unknown']) {
      expect(textOf(pageOf(host(nothing)))).not.toMatch(/on host|Host|unknown/);
    }
  });

  test.each([
    ['exited', 3, 'exited with status 3'],
    ['killed', 15, 'killed by SIGTERM'],
    ['dumped', 6, 'dumped core on SIGABRT'],
    ['killed', 99, 'killed by signal 99'],
  ] as const)('says how the main process ended: %s %i', (code, status, words) => {
    expect(pageOf({ verdict: { exit: { code, status } } })).toContain(`<dt>Exit</dt><dd>${words}</dd>`);
  });

  test('folds all evidence by kind, and what is of other units apart', () => {
    const text = textOf(pageOf({ incident: { related: [sampleRequest], truncated: true } }));
    expect(text).toContain('State of the unit 2');
    expect(text).toContain('Request to systemd of other units and of the bus 1');
    expect(text).toContain('Some evidence was dropped');
  });

  test('shows two hundred pieces of a kind and says how many more there are', () => {
    const page = pageOf({ incident: { evidence: Array.from({ length: 203 }, () => sampleRequest) }, verdict: { basis: [] } });
    expect(page.match(/<pre/g)).toHaveLength(200);
    expect(page).toContain('3 more are not shown');
  });

  test('shows states and events with their time after the beginning', () => {
    const section = /<section aria-labelledby="timeline">[\s\S]*?<\/section>/.exec(pageOf())?.[0] ?? '';
    expect(textOf(section)).toContain(
      '+0 µs deactivating (stop) for 1.5 s +0 µs service_enter_stop() stap +100 ms deactivating (stop)',
    );
    expect(textOf(section)).not.toContain('verdict');
  });

  test('counts from the beginning of the stop to when a witness saw the event, before and after it', () => {
    const early = { ...sampleRequest, atUsec: 1_600_766_126_710_000 };
    const late = { ...sampleRequest, method: 'StartUnit', atUsec: 1_600_766_131_500_000 };
    const { atUsec: _, ...timeless } = { ...sampleRequest, method: 'KillUnit' };
    const page = pageOf({ incident: { evidence: [late, timeless, early] } });
    const section = textOf(/<section aria-labelledby="timeline">[\s\S]*?<\/section>/.exec(page)?.[0] ?? '');
    expect(section).toMatch(/−1\.29 s StopUnit by :1\.99 .*no time KillUnit by :1\.99 .*\+3\.5 s StartUnit by :1\.99/);
    expect(section).not.toMatch(/ at=|untimed=/);
    expect(page).toContain('<title>StopUnit by :1.99, −1.29 s</title>');
  });

  test('says what relations of units are', () => {
    const relations = { kind: 'unit-relations', source: 'dbus', raw: 'BindsTo=other.service', unit: 'x.service' } as const;
    expect(textOf(pageOf({ incident: { evidence: [{ ...relations, relations: [] }] } }))).toContain('What can stop the unit 1');
  });

  test('has no style attribute, no script and no event handler', () => {
    expect(pageOf()).not.toMatch(/\sstyle=|<script|<style|\son[a-z]+=|javascript:/);
  });
});
