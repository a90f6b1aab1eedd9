/** Until the API's types have it. */
export interface QueueInsights {
  readonly kept: { readonly of: number; readonly within: number } | null;
}
