// Runs in the page before the page's own scripts. It changes three things and nothing else: microphone, camera and screen become sources that
// we can recognise (unless a scenario wants the browser's own fake devices: `real`); RTCPeerConnections are remembered, so that senders' counters can be read; and K gives the tests eyes and ears on the
// page's own video and audio elements. `settings` is put in front of this file by the driver.
const K = (window.K = { settings, connections: [], readers: new Map(), errors: [], opened: [] });

addEventListener('error', (event) => K.errors.push(String(event.message)));
addEventListener('unhandledrejection', (event) => K.errors.push(String(event.reason)));
addEventListener('securitypolicyviolation', (event) => K.errors.push(`CSP ${event.violatedDirective} ${event.blockedURI}`));

window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) {
    super(...args);
    K.connections.push(this);
  }
};
K.connection = () => K.connections.findLast((c) => c.connectionState !== 'closed');

K.sockets = [];
/** What the server said about layers (op 103), with the time: the story of an adaptation. */
K.layers = [];
window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    K.sockets.push(this);
    this.addEventListener('message', ({ data }) => {
      const { op, d } = JSON.parse(data);
      if (op === 103 && K.layers.length < 1000) K.layers.push([Date.now(), ...d.layers.map((l) => `${l.source} ${l.rid} ${l.reason} ${Math.round(l.bitrate / 1000)}k of ${Math.round(l.estimate / 1000)}k`)]);
    });
  }
};
/** As when the network goes: the page is not asked, and no goodbye reaches the server's session (4000 is not 1000 or 1001). */
K.dropSockets = () => K.sockets.filter((s) => s.readyState === 1).forEach((s) => s.close(4000));

// The pattern: 12×4 black and white cells over the top half are 8 bits of sender, 32 bits of clock (ms) and 8 bits of checksum; below them four
// patches of known colour, and a strip that moves (or is noise, so that the encoder needs its bitrate).
const columns = 12, rows = 4;
const patches = [[220, 30, 30], [30, 200, 30], [30, 30, 220], [230, 230, 30]];
const checksum = (id, v) => (id * 7 + (v & 255) * 3 + ((v >>> 8) & 255) * 5 + ((v >>> 16) & 255) * 11 + ((v >>> 24) & 255) * 13 + 0x5a) & 255;
K.clock = () => Math.floor(Date.now() % 4294967296);

const draw = (g, w, h, id, v) => {
  const bits = [];
  for (const [value, count] of [[id, 8], [v, 32], [checksum(id, v), 8]]) for (let i = count - 1; i >= 0; i--) bits.push((value >>> i) & 1);
  const cw = w / columns, ch = h / 2 / rows;
  bits.forEach((bit, i) => {
    g.fillStyle = bit ? '#fff' : '#000';
    g.fillRect(Math.floor((i % columns) * cw), Math.floor(Math.floor(i / columns) * ch), Math.ceil(cw), Math.ceil(ch));
  });
  patches.forEach((c, i) => {
    g.fillStyle = `rgb(${c})`;
    g.fillRect(Math.floor((i * w) / 4), h / 2, Math.ceil(w / 4), h / 4);
  });
  g.fillStyle = '#777';
  g.fillRect(0, (h * 3) / 4, w, h / 4);
  g.fillStyle = '#fff';
  g.fillRect((v >> 3) % w, (h * 3) / 4, w / 16, h / 4);
};

const read = (px, w, h) => {
  const at = (x, y) => {
    const sum = [0, 0, 0];
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) {
      const o = ((Math.floor(y) + dy) * w + Math.floor(x) + dx) * 4;
      for (let c = 0; c < 3; c++) sum[c] += px[o + c] / 9;
    }
    return sum;
  };
  const bits = [];
  for (let i = 0; i < 48; i++) {
    const s = at((((i % columns) + 0.5) * w) / columns, ((Math.floor(i / columns) + 0.5) * h) / 2 / rows);
    bits.push(s[0] + s[1] + s[2] > 384 ? 1 : 0);
  }
  const number = (from, count) => bits.slice(from, from + count).reduce((n, b) => n * 2 + b, 0);
  const id = number(0, 8), v = number(8, 32);
  let error = 0;
  patches.forEach((p, i) => {
    const s = at(((i + 0.5) * w) / 4, (h * 5) / 8);
    for (let k = 0; k < 3; k++) error = Math.max(error, Math.abs(s[k] - p[k]));
  });
  return { right: checksum(id, v) === number(40, 8) && error < 90, id, v };
};

// Sources

const picture = ({ id, width, height, fps, noise }) => {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const g = canvas.getContext('2d', { alpha: false });
  const strip = noise && g.createImageData(width, height >> 2);
  const words = strip && new Uint32Array(strip.data.buffer);
  let seed = id * 2654435761;
  const paint = () => {
    draw(g, width, height, id, K.clock());
    if (!strip) return;
    for (let i = 0; i < words.length; i++) {
      seed = (seed * 1664525 + 1013904223) >>> 0;
      words[i] = 0xff000000 | (seed >>> 8);
    }
    g.putImageData(strip, 0, height - (height >> 2));
  };
  paint();
  const timer = setInterval(paint, 1000 / fps);
  const track = canvas.captureStream(fps).getVideoTracks()[0];
  const stop = track.stop.bind(track);
  track.stop = () => (clearInterval(timer), stop());
  return track;
};

const tone = (hz) => {
  const audio = (K.audio ??= new AudioContext({ sampleRate: 48000 }));
  const oscillator = new OscillatorNode(audio, { frequency: hz });
  const gain = new GainNode(audio, { gain: 0.3 });
  const out = audio.createMediaStreamDestination();
  oscillator.connect(gain).connect(out);
  oscillator.start();
  return out.stream.getAudioTracks()[0];
};

const refusal = (name) => Promise.reject(new DOMException('as the test wishes', name));
const devices = navigator.mediaDevices;
if (devices && !K.settings.real) {
  devices.getUserMedia = async ({ audio, video }) => {
    K.opened.push(audio ? 'microphone' : 'camera');
    const { refuse = {} } = K.settings;
    if (audio && refuse.microphone) return refusal(refuse.microphone);
    if (video && refuse.camera) return refusal(refuse.camera);
    const tracks = [];
    if (audio) tracks.push(tone(K.settings.hz));
    if (video) tracks.push(picture(K.settings.camera));
    return new MediaStream(tracks);
  };
  devices.getDisplayMedia = async ({ audio }) => {
    K.opened.push('screen');
    if (K.settings.refuse?.screen) return refusal(K.settings.refuse.screen);
    const tracks = [picture(K.settings.screen)];
    if (audio && K.settings.screen.hz) tracks.push(tone(K.settings.screen.hz));
    return new MediaStream(tracks);
  };
}

// Eyes: every presented frame of one of the page's video elements is decoded.

K.tile = (userID, source) => document.querySelector(`parley-tile[data-user-id="${userID}"][data-source="${source}"]`);
const readerKey = (userID, source) => `${userID}/${source}`;

K.watch = (userID, source) => {
  const key = readerKey(userID, source);
  K.readers.get(key)?.stop();
  const reader = { frames: 0, right: 0, ids: {}, sizes: {}, ages: [], gap: 0, presented: 0, since: performance.now(), last: null, first: null };
  const canvas = document.createElement('canvas');
  const g = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  let alive = true;
  reader.stop = () => (alive = false);
  const seen = (video) => (now, frame) => {
    if (!alive) return;
    const { videoWidth, videoHeight } = video;
    const w = Math.min(videoWidth, 384), h = Math.round((videoHeight * w) / videoWidth);
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    const clock = K.clock();
    g.drawImage(video, 0, 0, w, h);
    const code = read(g.getImageData(0, 0, w, h).data, w, h);
    reader.frames += 1;
    reader.first ??= frame.presentedFrames;
    reader.presented = frame.presentedFrames - reader.first + 1;
    const size = `${videoWidth}x${videoHeight}`;
    reader.sizes[size] = (reader.sizes[size] ?? 0) + 1;
    reader.size = size;
    if (code.right) {
      reader.right += 1;
      reader.ids[code.id] = (reader.ids[code.id] ?? 0) + 1;
      reader.ages.push(clock - code.v);
    }
    if (reader.last !== null) reader.gap = Math.max(reader.gap, now - reader.last);
    reader.last = now;
    video.requestVideoFrameCallback(seen(video));
  };
  const attach = () => {
    if (!alive) return;
    const video = K.tile(userID, source)?.querySelector('video');
    if (!video) return void setTimeout(attach, 20);
    video.requestVideoFrameCallback(seen(video));
  };
  attach();
  K.readers.set(key, reader);
};

/** Whether 40 frames came in a row at one size and without a stop; asked again and again, it starts anew whenever that breaks. */
K.settled = (userID, source) => {
  const reader = K.readers.get(readerKey(userID, source));
  const steady = Object.keys(reader.sizes).length <= 1 && Math.max(reader.gap, performance.now() - (reader.last ?? reader.since)) < 700;
  if (!steady) K.watch(userID, source);
  return steady && reader.frames >= 40;
};

K.report = (userID, source) => {
  const { frames, right, ids, sizes, size, ages, gap, presented, since, last } = K.readers.get(readerKey(userID, source));
  const sorted = ages.toSorted((a, b) => a - b);
  const quantile = (p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
  const now = performance.now();
  // A picture that stands still now is a gap too.
  return { frames, right, ids, sizes, size, presented, gap: Math.round(Math.max(gap, now - (last ?? since))), seconds: (now - since) / 1000, p50: quantile(0.5), p95: quantile(0.95) };
};

// Ears: the dominant frequency of every audio element that belongs to somebody.

const analysers = new WeakMap();
K.tones = () => {
  const audio = (K.audio ??= new AudioContext({ sampleRate: 48000 }));
  const heard = {};
  for (const element of document.querySelectorAll('audio[data-user-id]')) {
    const { userId, source } = element.dataset;
    if (!userId || element.muted || element.volume === 0 || !element.srcObject) continue;
    if (!analysers.has(element)) {
      const analyser = new AnalyserNode(audio, { fftSize: 8192, smoothingTimeConstant: 0 });
      audio.createMediaStreamSource(element.srcObject).connect(analyser);
      analysers.set(element, analyser);
    }
    const found = dominant(analysers.get(element), audio.sampleRate);
    if (found) heard[readerKey(userId, source)] = found;
  }
  return heard;
};

function dominant(analyser, sampleRate) {
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(spectrum);
  let most = 4;
  for (let i = 4; i < spectrum.length; i++) if (spectrum[i] > spectrum[most]) most = i;
  let other = -200;
  for (let i = 4; i < spectrum.length; i++) if (Math.abs(i - most) > 6) other = Math.max(other, spectrum[i]);
  if (!(spectrum[most] > -60)) return null;
  return { hz: Math.round((most * sampleRate) / analyser.fftSize), snr: Math.round(spectrum[most] - other) };
}

// Conditions and counters

K.until = async (condition, milliseconds) => {
  for (const end = Date.now() + milliseconds; ; await new Promise((go) => setTimeout(go, 25))) {
    let value = null;
    try {
      value = await condition();
    } catch {
      // Not there yet.
    }
    if (value || Date.now() > end) return value || null;
  }
};

K.sent = async (source, rid) => {
  const connection = K.connection();
  const mids = { microphone: '0', camera: '1', screen: '2', 'screen-audio': '3' };
  const rows = [...(await connection.getStats()).values()].filter((r) => r.type === 'outbound-rtp' && r.mid === mids[source]);
  return rows.map(({ rid, framesEncoded, frameWidth, frameHeight, active, bytesSent, packetsSent }) => ({ rid, framesEncoded, frameWidth, frameHeight, active, bytesSent, packetsSent })).filter((r) => !rid || r.rid === rid);
};

/** Milliseconds from a click on `selector` to the first presented frame whose own clock is later than the click. */
K.joinTime = (selector, userID, milliseconds) =>
  new Promise((resolve, reject) => {
    const canvas = document.createElement('canvas');
    const g = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
    const before = K.connections.length;
    const timer = setTimeout(() => reject(new Error(`no picture ${milliseconds} ms after the click`)), milliseconds);
    let watched = null;
    const look = (video) => () => {
      const w = Math.min(video.videoWidth, 384), h = Math.round((video.videoHeight * w) / video.videoWidth);
      Object.assign(canvas, { width: w, height: h });
      g.drawImage(video, 0, 0, w, h);
      const now = K.clock();
      const code = read(g.getImageData(0, 0, w, h).data, w, h);
      if (code.right && code.v > clicked) {
        clearTimeout(timer);
        observer.disconnect();
        resolve({ milliseconds: now - clicked, age: now - code.v, connections: K.connections.length - before });
      } else video.requestVideoFrameCallback(look(video));
    };
    const observer = new MutationObserver(() => {
      const video = K.tile(userID, 'camera')?.querySelector('video');
      if (!video || video === watched) return;
      watched = video;
      video.requestVideoFrameCallback(look(video));
    });
    observer.observe(document.body, { childList: true, subtree: true });
    const clicked = K.clock();
    document.querySelector(selector).click();
  });
