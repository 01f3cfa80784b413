import fc from 'fast-check';

/** The same inputs in every run: a test that fails fails for everybody. `FC_SEED=random` looks for new ones. */
if (process.env['FC_SEED'] !== 'random') fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_261_123) });
