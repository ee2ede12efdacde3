/** What a reader does with a paper: save it, mark it as read or as not relevant. The slots of rows and pages. */
import type { OwnPaper } from '../../community/personal/marks.ts';
import { slot } from '../../http/slots.ts';
import type { Paper } from '../../papers/types.ts';
import { paperPath, withQuery } from '../../present/urls.ts';

/** In a row. For signed-in readers only: the page is about papers. */
export const OwnRow = ({ paper }: { paper: Pick<Paper, 'pk'> }) => slot(`own:${paper.pk}`, '');

/** On the page of a paper; as large for a reader as for everybody else. */
export const OwnActions = ({ paper }: { paper: Paper }) =>
  slot(
    `save:${paper.pk}`,
    <a class="press-save" href={withQuery('/sign-in', { next: paperPath(paper) })} rel="nofollow">
      Save
    </a>,
  );

/** Below the abstract, where it moves nothing that others see: the rest of what a reader does with a paper. */
export const OwnMarks = ({ paper }: { paper: Pick<Paper, 'pk'> }) => slot(`marks:${paper.pk}`, '');

interface PressProps {
  action: string;
  name: string;
  isOn: boolean;
  /** Its label, and its label once pressed. */
  says: [off: string, on: string];
  /** The page it is on. */
  next: string;
  of?: string;
  fields?: Record<string, string>;
}

/** A button that stays pressed. Without scripts it sends a form; with them it does so in place (client/press.ts). */
export const Press = ({ action, name, isOn, says, next, of = '', fields = {} }: PressProps) => (
  <form class="press" method="post" action={action}>
    <input type="hidden" name="next" value={next} />
    {Object.entries(fields).map(([field, value]) => (
      <input type="hidden" name={field} value={value} />
    ))}
    <button
      type="submit"
      name={name}
      value={isOn ? '0' : '1'}
      aria-pressed={isOn ? 'true' : 'false'}
      class={`press-${name}`}
    >
      <span class="off">{says[0]}</span>
      <span class="on">{says[1]}</span>
      {of !== '' && <span class="vh"> {of}</span>}
    </button>
  </form>
);

interface OwnProps {
  id: string;
  own: OwnPaper;
  next: string;
}

export const SaveButton = ({ id, own, next }: OwnProps) =>
  own.isMore ? (
    <a class="is-saved" href={`${paperPath({ id })}/lists`}>
      Saved
    </a>
  ) : (
    <Press
      action={`${paperPath({ id })}/save`}
      name="save"
      isOn={own.saved}
      says={['Save', 'Saved']}
      next={next}
    />
  );

/** @param which marks there are buttons for */
export const MarkButtons = ({
  id,
  own,
  next,
  which = ['read', 'dismissed'],
}: OwnProps & { which?: ('read' | 'dismissed')[] }) => (
  <>
    {which.includes('read') && (
      <Press
        action={`${paperPath({ id })}/mark`}
        name="read"
        isOn={own.read}
        says={['Mark as read', 'Read']}
        next={next}
      />
    )}
    {which.includes('dismissed') && (
      <Press
        action={`${paperPath({ id })}/mark`}
        name="dismissed"
        isOn={own.dismissed}
        says={['Not relevant', 'Marked as not relevant']}
        next={next}
      />
    )}
  </>
);

/** The content of `OwnRow`. */
export const RowControls = (props: OwnProps) => (
  <span class={`own${props.own.read ? ' read' : ''}${props.own.dismissed ? ' dismissed' : ''}`}>
    <SaveButton {...props} />
    <MarkButtons {...props} which={props.own.dismissed || !props.own.read ? ['dismissed'] : ['read']} />
  </span>
);

/** The content of `OwnMarks`. */
export const PageMarks = (props: OwnProps) => (
  <div class="own-marks">
    <a href={`${paperPath({ id: props.id })}/lists`}>Lists and notes</a>
    <MarkButtons {...props} />
  </div>
);
