/** Who may see incident pages: they say who runs what as whom, which metrics do not. */
export const incidentAccesses = ['off', 'loopback', 'authenticated', 'public'] as const;
export type IncidentAccess = (typeof incidentAccesses)[number];
