// Text and icons whose colour is too near to what lies behind them (WCAG 2.2 AA, 1.4.3 and 1.4.11): 4.5:1 for text, 3:1 for large text and for
// icons. Colours of any notation are read back from a canvas; half-transparent ones are laid over what is below them. Pictures are not looked at.
() => {
  for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish();
  const g = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const colour = (css) => {
    g.clearRect(0, 0, 1, 1);
    g.fillStyle = css;
    g.fillRect(0, 0, 1, 1);
    const [r, green, b, alpha] = g.getImageData(0, 0, 1, 1).data;
    return [r, green, b, alpha / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, green, b]) => 0.2126 * linear(r) + 0.7152 * linear(green) + 0.0722 * linear(b);
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      layers.push(colour(getComputedStyle(e).backgroundColor));
      // What lies behind a dialog is another page's business.
      if (layers.at(-1)[3] === 1 || e.localName === 'dialog') break;
    }
    return layers.reduceRight((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const poor = [];
  let count = 0;
  for (const e of document.querySelectorAll('body *')) {
    const icon = e.matches('svg.icon');
    const text = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
    if ((!icon && !text) || !e.checkVisibility({ visibilityProperty: true }) || e.closest('.visually-hidden, :disabled')) continue;
    count += 1;
    const style = getComputedStyle(e);
    const back = behind(e);
    const [high, low] = [luminance(over(colour(style.color), back)), luminance(back)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (icon || large ? 3 : 4.5)) poor.push(`${ratio.toFixed(2)}:1 ${e.className.baseVal ?? e.className} in ${e.parentElement.className} “${e.textContent.slice(0, 20)}”`);
  }
  return { count, poor };
}
