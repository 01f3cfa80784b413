import { repeatable, toggle } from './flag.ts';
import { logFlags } from './serve-flags.ts';
import { parseListenAddress } from './values.ts';

export const demoFlags = {
  'web.listen-address': repeatable(parseListenAddress, {
    placeholder: 'ADDRESS',
    byDefault: ['127.0.0.1:19558'],
    help: 'Where to serve, such as :19558, 127.0.0.1:19558, [::1]:19558 or unix:/run/stops.sock. Repeatable.',
  }),
  once: toggle('Exit when the recorded stops have been read.'),
  ...logFlags,
};
