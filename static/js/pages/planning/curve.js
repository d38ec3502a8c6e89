/** The best walk so far over the tries, as a small curve. */
import { nothing, svg, html } from "../../../vendor/lit-html/lit-html.js";

const WIDE = 600;
const HIGH = 60;

/** Distances in the order they were heard, under what walking by bin name would take. */
export function curve(distances, byName) {
  if (distances.length < 2) return nothing;
  const top = Math.max(byName, ...distances);
  const low = Math.min(...distances) * 0.95;
  const y = (mm) => Math.round(HIGH - (HIGH * (mm - low)) / (top - low || 1));
  const points = distances.map((mm, place) => `${Math.round((WIDE * place) / (distances.length - 1))},${y(mm)}`).join(" ");
  return html`<svg class="plan-curve" viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" aria-hidden="true">${svg`<polyline points=${points}></polyline>`}</svg>`;
}
