import { mkdirSync, writeFileSync } from 'node:fs';
import { generatedPages } from './generated-pages.ts';

mkdirSync(new URL('../reference', import.meta.url), { recursive: true });
for (const [path, text] of Object.entries(await generatedPages())) writeFileSync(new URL(`../../${path}`, import.meta.url), text);
