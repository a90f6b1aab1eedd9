/** Notes that are being written, by consultation. In memory only: they go with the page or the sign-out. */
export class Drafts {
  readonly #texts = new Map<string, string>();

  read(consultationId: string): string {
    return this.#texts.get(consultationId) ?? '';
  }

  keep(consultationId: string, text: string): void {
    if (text === '') this.#texts.delete(consultationId);
    else this.#texts.set(consultationId, text);
  }

  get any(): boolean {
    return [...this.#texts.values()].some((text) => text.trim() !== '');
  }
}
