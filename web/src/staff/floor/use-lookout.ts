import { useEffect, useMemo, useRef } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { QueueList } from '../../api/types';
import { staffText } from '../../i18n/staff';
import type { Alerts } from './alerts';
import { everySecond } from './beat';
import { Lookout, type News } from './lookout';

/** Alerts to what happens in the queues that are served: when they change, and as time passes. */
export function useLookout(list: QueueList | null, alerts: Alerts): void {
  const lookout = useMemo(() => new Lookout(), []);
  const served = useRef<QueueList['queues']>([]);
  const look = () => {
    for (const news of lookout.see(served.current, Date.now())) tell(news, alerts);
  };
  useEffect(() => {
    if (list === null) return;
    served.current = list.queues.filter(({ serves }) => serves);
    look();
  }, [list]);
  useEffect(() => everySecond(look), []);
}

function tell({ kind, queueId, queueName }: News, alerts: Alerts): void {
  const text = staffText().alerts;
  const body = text.told[kind](queueName);
  announce(body, kind === 'worse' ? 'assertive' : 'polite');
  alerts.tell(kind, queueId, text.titles[kind], body);
}
