/** The rules of plain English: each finds a pattern that readers have to translate. */

const NUMBER = '(?:one|two|three|four|five|six|seven|eight|nine|ten|once|twice|half|\\d[\\d,.]*)';
const UNIT =
  '(?:batch|byte|call|cell|class|column|core|day|donor|epoch|file|fold|gene|head|hour|label|layer|line|machine|minute|model|package|page|pixel|process|row|run|second|sequence|side|split|stage|step|table|task|thread|token|tree|turn|type|value|week|worker)';
const LINKS =
  '(?:a|an|and|are|as|at|be|but|by|for|from|has|have|if|in|into|is|like|needs?|of|on|or|over|per|reads?|takes?|than|that|the|to|under|was|when|where|which|with|within|writes?)';

/** Words from daily life that are no names of the field, and phrases of other languages in English words. */
const METAPHORS =
  /\b(?:houses?|rooms?|guests?|twins?|journeys?|front doors?|go(?:es)? on with|gone on with|went on with|these very|this very|of one's own|tells? \w+ apart|tell apart|public face)\b/i;

const BRITISH = {
  analyse: 'analyze',
  analysed: 'analyzed',
  artefact: 'artifact',
  artefacts: 'artifacts',
  behaviour: 'behavior',
  cancelled: 'canceled',
  catalogue: 'catalog',
  catalogues: 'catalogs',
  centre: 'center',
  centred: 'centered',
  centres: 'centers',
  colour: 'color',
  colours: 'colors',
  favour: 'favor',
  favours: 'favors',
  grey: 'gray',
  judgement: 'judgment',
  labelled: 'labeled',
  labelling: 'labeling',
  licence: 'license',
  modelled: 'modeled',
  modelling: 'modeling',
  neighbour: 'neighbor',
  neighbours: 'neighbors',
  programme: 'program',
  programmes: 'programs',
  signalled: 'signaled',
  travelled: 'traveled',
  unlabelled: 'unlabeled',
  whilst: 'while',
};

/** `-ise` and `-yse` forms, except words that are spelled so everywhere. */
const ISE =
  /^(?!(?:advert|adv|surpr|superv|rev|dev|exerc|comprom|prom|prec|conc|no|ra|ar|w|otherw|likew|r|ra|pra|cl|expert|dis|comprise|premise|nois|enterpr|excise|franch|merchand|televise|improvise|treatise|paradise|turquoise|tortoise)(?:ise|ises|ised|ising)$)[a-z]{3,}(?:is(?:e|es|ed|ing|ation|ations)|ys(?:e|ed|ing))$/i;
const ALSO_ISE =
  /(?:vise[ds]?|vising|mise[ds]?|mising|cise[ds]?|cising|wise|raise[ds]?|raising|noise|poise[ds]?|prise[ds]?|prising|rise[ns]?|rising|improvisation|precise|concise|cruise|bruise|disguise)$/i;

/** @returns {{ rule: string, found: string, remedy: string }[]} */
export function problemsOf({ kind, text }) {
  const problems = [];
  const add = (rule, found, remedy) => problems.push({ rule, found, remedy });
  const distributive = new RegExp(`\\b${NUMBER}(?: (?!${LINKS}\\b)[\\w×-]+){0,2} an? ${UNIT}\\b(?!-)`, 'i').exec(text);
  if (distributive) add('distributive a', distributive[0], 'say "per"');
  const thereIsNo = /\bthere (?:is|are|was|were) (?:no|not)\b(?! longer)/i.exec(text);
  if (thereIsNo) add('there is no', thereIsNo[0], 'say what lacks it: "has no", "without"');
  const isNo =
    /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|fewer\b|one\b|better\b|worse\b|smaller\b|larger\b|such\b)\w+/i.exec(
      text,
    );
  if (isNo) add('is no', isNo[0], 'say "is not a"');
  if (kind !== 'heading') {
    for (const sentence of sentencesOf(text)) {
      const relative =
        /^(?:What\b(?!ever)[^?]*? (?:is|are|was|were|has|have)\b|Whoever\b|Whatever\b[^?]*? (?:is|are)\b)[^?]*$/.exec(
          sentence,
        );
      if (relative) add('free relative clause', shorten(sentence), 'name the subject');
    }
  }
  const metaphor = METAPHORS.exec(text);
  if (metaphor) add('metaphor', metaphor[0], "use the field's word");
  for (const word of text.match(/[a-z]+/gi) ?? []) {
    const lower = word.toLowerCase();
    if (Object.hasOwn(BRITISH, lower)) add('British spelling', word, `write "${BRITISH[lower]}"`);
    else if (ISE.test(word) && !ALSO_ISE.test(word) && word === lower) add('British spelling', word, 'write it with z');
  }
  return problems;
}

/** Sentences of more than 25 words. */
export function longSentences({ text }) {
  return sentencesOf(text).filter(
    (sentence) => sentence.split(/\s+/).filter((word) => /[a-z]/i.test(word)).length > 25,
  );
}

/** Whether a comment that is not a doc comment has more than two lines. */
export function isLongComment({ kind, lines }) {
  return kind === 'comment' && lines > 2;
}

function sentencesOf(text) {
  return text.split(/(?<=[.!?;:])\s+(?=[A-Z•"'(])/);
}

function shorten(text) {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
