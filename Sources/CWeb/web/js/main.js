import { app } from './app.js';
import { h } from './dom.js';
import './ui/shell.js';

const applyTheme = () => {
  const theme = app.preferences.get('theme');
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
};
applyTheme();
app.preferences.addEventListener('change', applyTheme);

// A page that comes back from the back-forward cache has dead sockets and a call that was left: start afresh.
addEventListener('pageshow', (event) => event.persisted && location.reload());

document.body.append(h('parley-shell'));
app.start();
