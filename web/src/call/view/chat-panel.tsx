import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { clockTime } from '../../i18n/format';
import { language } from '../../i18n/language';
import { type ChatLine, MAX_CHAT_CHARACTERS } from '../chat';
import type { CallRoom } from '../room';
import { callText } from '../text';
import { Control } from './controls';

/** The chat beside the call: a log that screen readers follow, and a line to write in. */
export function ChatPanel({ room, onClose }: { room: CallRoom; onClose: () => void }) {
  const text = callText();
  const input = useRef<HTMLInputElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const draft = useSignal('');
  useEffect(() => input.current?.focus(), []);
  useSignalEffect(() => {
    if (room.chat.lines.value.length > 0) room.chat.markRead();
    queueMicrotask(() => log.current?.scrollTo({ top: log.current.scrollHeight }));
  });
  const send = (event: Event) => {
    event.preventDefault();
    void room.chat.send(draft.value);
    draft.value = '';
    input.current?.focus();
  };
  return (
    <section class="chat" aria-label={text.chatHeading}>
      <div class="chat-head">
        <h2>{text.chatHeading}</h2>
        <Control icon="close" label={text.close} testId="chat-close" onPress={onClose} />
      </div>
      {room.chat.lines.value.length === 0 && <p class="chat-empty">{text.chatEmpty}</p>}
      <div
        ref={log}
        class="chat-scroll"
        role="log"
        aria-label={text.chatHeading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        data-testid="chat-log"
      >
        <ol class="chat-log">
          {room.chat.lines.value.map((line) => (
            <Line key={line.key} line={line} room={room} />
          ))}
        </ol>
      </div>
      <form class="chat-form" onSubmit={send}>
        <label class="unseen" for="chat-input">
          {text.chatLabel}
        </label>
        <input
          ref={input}
          id="chat-input"
          class="input"
          data-testid="chat-input"
          autocomplete="off"
          maxLength={MAX_CHAT_CHARACTERS}
          placeholder={text.chatLabel}
          value={draft.value}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button button-primary">
          {text.chatSend}
        </button>
      </form>
    </section>
  );
}

function Line({ line, room }: { line: ChatLine; room: CallRoom }) {
  const text = callText();
  const own = line.from === null || line.from === room.self.value?.id;
  return (
    <li class={own ? 'chat-line chat-line-own' : 'chat-line'}>
      <p class="chat-who">
        {own ? text.you : senderName(room, line.from)} · {clockTime(language.value, line.sentAt)}
      </p>
      <p class="chat-text">{line.text}</p>
      {line.state === 'sending' && <p class="chat-who">{text.chatSending}</p>}
      {line.state === 'failed' && <p class="chat-who">{text.chatFailed}</p>}
    </li>
  );
}

/** Who wrote a line; the name is known while they are, or were, in the room. */
export function senderName(room: CallRoom, from: string | null): string {
  const peer = room.peers.value.find((other) => other.participant.value.id === from);
  return peer?.participant.value.name ?? callText().somebody;
}
