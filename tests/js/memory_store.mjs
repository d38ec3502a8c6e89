/** The device's memory without a browser: the same promises as `store.js`, kept in arrays; it survives as long as the object. */
export class MemoryStore {
  constructor(device = "d-000000000001") {
    Object.assign(this, { device, scans: [], aside: [], lastSeq: 0, broken: false });
  }
  async append(record) {
    if (this.broken) throw new Error("disk full");
    const kept = { ...record, device: this.device, seq: ++this.lastSeq };
    this.scans.push(kept);
    return kept;
  }
  async head(limit) {
    return this.scans.slice(0, limit);
  }
  async settle(seqs, stuck = []) {
    const gone = new Set([...seqs, ...stuck.map((record) => record.seq)]);
    this.scans = this.scans.filter((record) => !gone.has(record.seq));
    this.aside.push(...stuck);
  }
  async unstick() {
    this.scans = [...this.aside.map(({ refusal: _, ...record }) => record), ...this.scans].sort((a, b) => a.seq - b.seq);
    this.aside = [];
  }
  async forget(seqs) {
    this.aside = this.aside.filter(({ seq }) => !seqs.includes(seq));
  }
  async stuck() {
    return this.aside;
  }
  async counts() {
    return { pending: this.scans.length, stuck: this.aside.length, oldest: this.scans[0]?.at ?? null, lastSeq: this.lastSeq };
  }
}
