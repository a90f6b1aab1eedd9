import type { Client } from '../../api/client';
import { ApiProblem, problemOf } from '../../api/problem';

/** Fetches the proof that an event is in the log: text that stands alone (C2SP tlog-proof). Throws `ApiProblem`. */
export async function fetchProof(client: Client, eventId: string): Promise<string> {
  const token = await client.session.token();
  let response: Response;
  try {
    response = await fetch(`/api/v1/audit/events/${eventId}/proof`, {
      headers: { Authorization: `Bearer ${token}` },
    });
  } catch {
    throw new ApiProblem('network', 0);
  }
  if (!response.ok) throw await problemOf(response);
  return response.text();
}

/** Hands a text to the person as a file. */
export function saveText(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = name;
  link.click();
  // The download has taken its own hold of the blob by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
