/** Until the API's types have them. */
export interface DutyView {
  readonly state: 'on' | 'break' | 'off';
  readonly since: string | null;
  readonly back_at: string | null;
  readonly until: string | null;
}
export interface ChangeDuty {
  readonly state: 'on' | 'break' | 'off';
  readonly back_at?: string | null;
  readonly until?: string | null;
}
export interface QueueInsights {
  readonly kept: { readonly of: number; readonly within: number } | null;
}
