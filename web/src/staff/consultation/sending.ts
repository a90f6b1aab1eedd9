import type { Client } from '../../api/client';
import { ApiProblem, type ProblemCode } from '../../api/problem';
import type { AddNote, Complete, ConsultationView, NoteView } from '../../api/types';
import type { Drafts } from './drafts';

/**
 * Adds the draft of a consultation to its record, once, however often it has to be sent. Throws `ApiProblem`;
 * the draft is kept then.
 *
 * `idempotency_key_reused` means that an earlier wording arrived although its answer did not: it is in the
 * record, and what is in the draft now would be another note.
 */
export async function sendNote(client: Client, drafts: Drafts, consultationId: string): Promise<void> {
  const draft = drafts.toSend(consultationId);
  if (draft === null) return;
  const body: AddNote = { text: draft.text.trim() };
  const options = { idempotencyKey: draft.key };
  try {
    await client.post<NoteView>(`consultations/${consultationId}/notes`, body, options);
  } catch (error) {
    if (isReused(error)) drafts.part(consultationId);
    throw error;
  }
  drafts.added(consultationId, draft.text);
}

/** Closes a consultation. Says no if it was closed before, as by a request whose answer was lost. */
export async function sendCompletion(
  client: Client,
  consultationId: string,
  body: Complete,
  key: string,
): Promise<boolean> {
  try {
    const options = { idempotencyKey: key };
    await client.post<ConsultationView>(`consultations/${consultationId}/complete`, body, options);
    return true;
  } catch (error) {
    if (isReused(error) || hasCode(error, 'consultation_closed')) return false;
    throw error;
  }
}

export function isReused(error: unknown): boolean {
  return hasCode(error, 'idempotency_key_reused');
}

function hasCode(error: unknown, code: ProblemCode): boolean {
  return error instanceof ApiProblem && error.code === code;
}
