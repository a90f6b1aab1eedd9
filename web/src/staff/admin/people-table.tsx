import type { StaffList, StaffView } from '../../api/types';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { languageName, wordFor } from '../counter/line';

/** Who works here, and what they may do. */
export function PeopleTable({ list }: { list: StaffList }) {
  const text = staffText().admin;
  if (list.staff.length === 0) return <p class="empty">{text.noStaff}</p>;
  return (
    <div class="table-card">
      <table class="table">
        <caption class="unseen">{text.peopleCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{text.name}</th>
            <th scope="col">{text.role}</th>
            <th scope="col">{text.email}</th>
            <th scope="col">{text.registration}</th>
            <th scope="col">{text.serves}</th>
            <th scope="col">{text.languages}</th>
            <th scope="col">{text.skills}</th>
            <th scope="col">{text.status}</th>
          </tr>
        </thead>
        <tbody>
          {list.staff.map((person) => (
            <Person key={person.id} person={person} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Person({ person }: { person: StaffView }) {
  const text = staffText();
  const { admin } = text;
  return (
    <tr>
      <th scope="row" data-label={admin.name}>
        {person.name}
      </th>
      <td data-label={admin.role}>{wordFor(text.shell.roles, person.role)}</td>
      <td data-label={admin.email}>{person.email}</td>
      <td data-label={admin.registration}>{person.registration_number ?? '–'}</td>
      <td data-label={admin.serves}>
        {person.queues.length === 0 ? '–' : admin.servesCount(person.queues.length)}
      </td>
      <td data-label={admin.languages}>
        {person.role !== 'pharmacist' && person.languages.length === 0
          ? '–'
          : person.languages.length === 0
            ? admin.anyLanguage
            : person.languages.map((tag) => languageName(language.value, tag)).join(', ')}
      </td>
      <td data-label={admin.skills}>
        {person.skills.map((skill) => wordFor(text.skills, skill)).join(', ') || '–'}
      </td>
      <td data-label={admin.status}>
        <span class={person.disabled ? 'badge badge-warn' : 'badge badge-good'}>
          {person.disabled ? admin.disabled : admin.active}
        </span>
      </td>
    </tr>
  );
}
