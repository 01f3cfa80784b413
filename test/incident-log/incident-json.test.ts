import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeIncident, encodeIncident } from '../../src/incident-log/incident-json.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { sampleEvidence, sampleIncident, sampleRequest } from '../support/sample-incident.ts';

test('the basis is the same objects as the evidence, before and after', () => {
  const related = [sampleRequest];
  const basis = [sampleEvidence[1], sampleRequest, sampleEvidence[0]].flatMap((evidence) => evidence ?? []);
  const classified = sampleIncident({ incident: { related }, verdict: { basis } });
  const read = decodeIncident(encodeIncident(classified));
  expect(read).toEqual(classified);
  expect(read.verdict.basis[0]).toBe(read.incident.evidence[1]);
  expect(read.verdict.basis[1]).toBe(read.incident.related[0]);
});

test('evidence that only the verdict holds is kept', () => {
  const classified = sampleIncident({ incident: { evidence: [] }, verdict: { basis: [sampleRequest] } });
  expect(decodeIncident(encodeIncident(classified))).toEqual(classified);
});

test('evidence is stored once', () => {
  const marker = 'the only raw text like this';
  const evidence: Evidence[] = [{ ...sampleRequest, raw: marker }];
  const text = encodeIncident(sampleIncident({ incident: { evidence }, verdict: { basis: evidence } }));
  expect(text.split(marker)).toHaveLength(2);
});

test('any text survives: quotes, control characters, lone surrogates', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (raw, summary) => {
      const strange = `${raw}\u0000\ud800${raw}`;
      const classified = sampleIncident({
        incident: { evidence: [{ ...sampleRequest, raw: strange }] },
        verdict: { basis: [], summary, conflicts: [strange] },
      });
      expect(decodeIncident(encodeIncident(classified))).toEqual(classified);
    }),
  );
});

test('a BigInt that slipped through does not lose the stop', () => {
  const classified = sampleIncident({ verdict: { details: { 'systemd.job.id': 7n as unknown as number } } });
  expect(decodeIncident(encodeIncident(classified)).verdict.details).toEqual({ 'systemd.job.id': 7 });
});
