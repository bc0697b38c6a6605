// What scripts and server give each other, and what scripts of several tabs share.

type Find = (selector: string) => any;
/** A function of the server: JSON in, JSON out. It fails where the app does not answer. */
type Call<Reply> = (request: any) => Promise<Reply>;
interface Mount<Server> {
  element: Element;
  server: Server;
}

// --- replies -----------------------------------------------------------------------------------------------------------

interface ErrorReply {
  ok?: false;
  /** stale, busy: sent again by itself; gone: no answer came at all; style: it is the style that is wrong, not a word */
  kind?: string;
  message: string;
  /** the word that the word space lacks, and where in the text it stands */
  word?: string;
  position?: number;
  suggestions?: string[];
}
type Conditioning = "word" | "label" | "nothing" | "codes" | "picture";
/** One line of the header's menu. */
interface Offer {
  name: string;
  error: string | null;
  space: string;
  /** what it learned from */
  data: string;
  /** what was measured of it, in a line */
  figures: string;
  family: string;
  conditioning: Conditioning;
  /** of each code: 1 for a number, else how many categories it has */
  codes: number[];
  /** that it can be asked to draw in */
  styles: string[];
  /** what its words are drawn with where nobody says another */
  word_truncation: number;
  /** what it was trained on, in a sentence */
  learned: string;
  /** what a label is called where that is not its word */
  names: Record<string, string>;
  examples: string[];
  /** the first of them */
  labels: string[];
  /** of its pictures: 1 for grey, 3 for colour */
  channels: number;
  /** of a training: after how many thousand pictures it was saved; null for what was published */
  kimg: number | null;
}
interface Menu {
  checkpoints: Offer[];
  /** what the Translate tab offers; their labels are their two domains */
  translators: Offer[];
  default: string;
  /** for each hundredth of psi: the bound of the noise (null: none) and the mass within it */
  psi_bounds: [number | null, number][];
  read_only: boolean;
}
interface Grid {
  /** pixels of one */
  tile: number[];
  count: number;
  columns: number;
  /** how many there are where each is saved by itself, if not as many */
  single?: number;
}
interface PictureReply extends Grid {
  ok: true;
  kind?: undefined;
  message?: undefined;
  /** base64 */
  png: string;
  device: string;
  /** set here, when it has been decoded */
  bitmap?: ImageBitmap;
  blob?: Blob;
  [more: string]: any;
}

// --- the server functions of each tab ----------------------------------------------------------------------------------

interface HeaderServer {
  menu: Call<Menu>;
}
interface ExploreServer {
  draw: Call<any>;
  about: Call<any>;
  pair: Call<any>;
  export: Call<any>;
  styles: Call<any>;
}
interface WalkServer extends TaskFunctions {
  film: Call<any>;
  live: Call<any>;
  codes: Call<any>;
}
interface TranslateServer {
  live: Call<any>;
  sheet: Call<any>;
}
interface ArithmeticServer {
  sum: Call<any>;
  live: Call<any>;
}
interface MapServer {
  arrange: Call<any>;
  live: Call<any>;
  thumbnails: Call<any>;
}
interface TaskFunctions {
  begin: Call<any>;
  look: Call<any>;
  cancel: Call<any>;
}
interface InsideServer extends TaskFunctions {
  draw: Call<any>;
  maps: Call<any>;
  unit: Call<any>;
  saved_directions: Call<any>;
}
interface CompareServer extends TaskFunctions {
  offer: Call<any>;
  sheet: Call<any>;
  found: Call<any>;
  report: Call<any>;
  plan: Call<any>;
  grid: Call<any>;
  epochs: Call<any>;
}
interface TrainServer extends TaskFunctions {
  offer: Call<any>;
  watch: Call<any>;
  sheet: Call<any>;
  act: Call<any>;
  start: Call<any>;
  explore: Call<any>;
}

interface RecipesServer {
  keep: Call<any>;
  forget: Call<any>;
  restore: Call<any>;
  read: Call<any>;
}
interface LibraryServer {
  list: Call<any>;
  entry: Call<any>;
  change: Call<any>;
  zip: Call<any>;
}

// --- shared scripts ----------------------------------------------------------------------------------------------------

type PageField = "tab" | "generator" | "menu" | "keeper" | "sought" | "given";
/** What a tab does with addresses. */
interface TabAddress {
  /** all that it may write */
  fields: string[];
  /** what it writes now, as [field, value] pairs */
  present: () => unknown[][];
  /** show what an address (from its `?` on) says; taken: the fields that came along from another tab, where not all is of
   * this one's own */
  restore: (search: string, taken: string[]) => void;
  /** those of w, s, psi, style and wt that it has, as they go along to the other tabs; null where it has none now */
  shared?: () => Record<string, unknown>;
}
/** A picture on show, as it is saved. */
interface Shown {
  draw: Call<any>;
  request: any;
  /** what stands for it in the library, where its recipe has no words */
  title?: string;
  /** in the name of its file */
  word?: string;
  seed?: string;
  /** its tiles, where they are known */
  grid?: Grid;
  /** what follows the `?` of a link to it, where that is not the page's own */
  address?: string;
}
/** What keeps pictures, and says so. */
interface Keeper {
  /** the id under which it was kept; "" where it was not */
  keep: (png: Blob, title: string) => Promise<string>;
  /** move one to the trash, with an offer to undo that */
  forget: (...ids: string[]) => Promise<boolean>;
  restore: (...ids: string[]) => Promise<boolean>;
  /** say something at the foot of the page, with a button */
  say: (text: string, button?: string, pressed?: () => void) => void;
}
/** One page that shows a recipe. */
interface FoundRecipe {
  title: string;
  tab: string;
  /** what follows the `?`; null where its generator is not here */
  address: string | null;
  generator: string;
}

interface LivePicture {
  canvas: HTMLCanvasElement;
  draw: Call<any>;
  /** what is said of the picture of the same request, for `told` */
  about?: Call<any>;
  told?: (reply: any, request: any) => void;
  painted: (reply: any, request: any) => void;
  refused: (reply: ErrorReply, request: any) => void;
  /** called with true when a reply is long in coming */
  waiting: (isSlow: boolean) => void;
  /** paints a reply's pixels, where that is more than one grid */
  paint?: (canvas: HTMLCanvasElement, bitmap: ImageBitmap, reply: any) => void;
}
interface TaskServer {
  /** the mailbox */
  tab: string;
  begin: Call<any>;
  look: Call<any>;
  stop: Call<any>;
}

/** What the parts of the Inside tab share. */
interface Inside {
  find: Find;
  root: any;
  server: InsideServer;
  state: any;
  /** what the changed pictures have beside the word: units switched off, directions with amounts, a brushed region */
  edits: { off: any[]; mean: boolean; push: any[]; region: string | null };
  tasks: { run: (box: any, request: any, progressed?: (reply: any) => void) => Promise<any>; cancel: () => void };
  mailbox: string;
  taskMailbox: string;
  /** the buttons over the present pictures */
  tiles: any;
  /** the present pictures, and the one that the parts look at */
  readonly shown: { reply: any; request: any } | null;
  readonly opened: number;
  requestNow: (mailbox?: string) => any;
  /** draw the changed pictures anew */
  change: () => void;
  remember: () => void;
  announce: (text: string) => void;
}
/** What the scripts of the Compare tab share. */
interface Compare {
  find: Find;
  root: any;
  server: CompareServer;
  state: any;
  remember: () => void;
  announce: (text: string) => void;
  /** what the families are, and how much may be asked for */
  offered: any;
  /** what was measured of the compared generators */
  measured: any;
  colourOf: (place: number) => string;
  entryOf: (name: string) => any;
}
/** What the scripts of the Train tab share. */
interface Train {
  find: Find;
  root: any;
  server: TrainServer;
  state: { job: string | null };
  /** the lines of the list, as they came last */
  jobs: any[] | null;
  /** what is known of the job on show */
  watched: any;
  readOnly: () => boolean;
  lineOf: (name: string) => any;
  poll: () => void;
  openJob: (name: string) => void;
  showError: (text: string) => void;
}
/** A new training as far as it has been chosen. */
interface TrainingForm {
  node: any;
  /** what there is to choose from */
  offer: any;
  /** one of its sources, or one's own pictures */
  source: string | null;
  /** what was uploaded */
  sent: { id: string; name: string } | null;
  /** what is in the pictures, once they were inspected */
  found: any;
}
/** What the views of the Arithmetic tab share. */
interface Arithmetic {
  find: Find;
  server: ArithmeticServer;
  state: any;
  set: (fields: object) => void;
  changed: () => void;
  showDrawn: (reply: any) => void;
  refused: (reply: ErrorReply) => void;
  showSlow: (isSlow: boolean) => void;
  announce: (text: string) => void;
  /** write a text into a box, unless somebody types it */
  fit: (box: HTMLInputElement, text: string) => void;
  /** psi, style and word truncation, as requests have them */
  drawnNow: () => any;
}
/** What the views of the Walk tab share. */
interface Walk {
  find: Find;
  root: any;
  server: WalkServer;
  state: any;
  set: (fields: object) => void;
  /** draw the view on show anew */
  changed: () => void;
  /** write the state into the address bar */
  remember: () => void;
  showDrawn: (reply: any) => void;
  refused: (reply: ErrorReply) => void;
  showSlow: (isSlow: boolean) => void;
  announce: (text: string) => void;
  showKind: (kind: string) => void;
  /** psi, style and word truncation, as requests have them */
  drawnNow: () => any;
}

// --- what the page is drawn with besides -------------------------------------------------------------------------------

interface Window {
  Plotly: any;
}
/** In the offline report only, see compare/page. */
declare const Plotly: any;
declare const SETTINGS: object;
