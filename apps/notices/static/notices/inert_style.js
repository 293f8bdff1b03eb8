// The editor writes its few rules into a style element, which the content policy refuses, unless it finds that it has done
// so. This is an element of the same name in another namespace: found, but no style. The rules stand in compose.css.
const inert = document.createElementNS("urn:office-portal:inert", "style");
inert.setAttribute("data-tiptap-style", "");
document.head.append(inert);
