/**
 * Content negotiation (PEP 691, "Version + Format Selection") as source text, for hosts that run JavaScript. In the
 * language of 2009, which is what CloudFront Functions are sure to know.
 */

/** Defines `wantsJson(accept)`: whether JSON is accepted, and weighs no less than HTML. */
export const NEGOTIATOR_SOURCE = `// Whether a client is to be given JSON: it accepts it, and not with less weight than HTML (PEP 691).
function wantsJson(accept) {
  var json = 0;
  var html = 0;
  var any = 0;
  var isHtmlNamed = false;
  var parts = (accept || "*/*").toLowerCase().split(",");
  for (var i = 0; i < parts.length; i++) {
    var fields = parts[i].split(";");
    var type = fields[0].trim();
    var weight = 1;
    for (var j = 1; j < fields.length; j++) {
      var field = fields[j].trim();
      if (field.indexOf("q=") === 0) weight = Number(field.slice(2)) || 0;
    }
    if (/^application\\/vnd\\.pypi\\.simple\\.(v1|latest)\\+json$/.test(type)) json = Math.max(json, weight);
    else if (/^(text\\/html|application\\/vnd\\.pypi\\.simple\\.(v1|latest)\\+html)$/.test(type)) {
      html = Math.max(html, weight);
      isHtmlNamed = true;
    } else if (type === "*/*" || type === "text/*") any = Math.max(any, weight);
  }
  return json > 0 && json >= (isHtmlNamed ? html : any);
}
`;
