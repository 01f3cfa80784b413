import type { Cause } from '../../model/cause.ts';
import { type Html, html } from '../html.ts';
import { causeFamilies, causeWords } from './words.ts';

export function causeBadge(cause: Cause): Html {
  return html`<span class="badge ${causeFamilies[cause]}" title="${causeWords[cause]}">${cause}</span>`;
}
