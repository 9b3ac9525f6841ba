// The least SFU that Pion's own API gives: one video track a publisher, POST /publish and POST /watch take an SDP offer and answer it.
// ICE-lite, one UDP port for everybody, Pion's default NACK and report interceptors.
package main

import (
	"errors"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"sync"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v3"
)

type sfu struct {
	api *webrtc.API

	mu          sync.Mutex
	tracks      map[string]*webrtc.TrackLocalStaticRTP // by the publisher's name in the query
	connections []*webrtc.PeerConnection // kept from the garbage collector
}

func main() {
	address := flag.String("address", "127.0.0.1", "IPv4 address of media")
	control := flag.String("http", "127.0.0.1:18090", "address of signalling")
	media := flag.Int("media", 18091, "UDP port of media")
	flag.Parse()
	server, err := newSFU(*address, *media)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/ready", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/publish", server.handle(server.publish))
	http.HandleFunc("/watch", server.handle(server.watch))
	log.Fatal(http.ListenAndServe(*control, nil))
}

func newSFU(address string, port int) (*sfu, error) {
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(address), Port: port})
	if err != nil {
		return nil, err
	}
	if err := socket.SetReadBuffer(4 << 20); err != nil {
		return nil, err
	}
	if err := socket.SetWriteBuffer(4 << 20); err != nil {
		return nil, err
	}
	var settings webrtc.SettingEngine
	settings.SetLite(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(candidate net.IP) bool { return candidate.String() == address })
	settings.SetICEUDPMux(webrtc.NewICEUDPMux(nil, socket))

	codec := webrtc.RTPCodecCapability{
		MimeType:     webrtc.MimeTypeVP8,
		ClockRate:    90000,
		RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}},
	}
	engine := &webrtc.MediaEngine{}
	if err := engine.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: codec, PayloadType: 96}, webrtc.RTPCodecTypeVideo); err != nil {
		return nil, err
	}
	registry := &interceptor.Registry{}
	if err := webrtc.ConfigureNack(engine, registry); err != nil {
		return nil, err
	}
	if err := webrtc.ConfigureRTCPReports(registry); err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(registry))
	return &sfu{api: api, tracks: map[string]*webrtc.TrackLocalStaticRTP{}}, nil
}

// track is the publisher's, made when it is first asked for.
func (s *sfu) track(publisher string) (*webrtc.TrackLocalStaticRTP, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if track, ok := s.tracks[publisher]; ok {
		return track, nil
	}
	codec := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}
	track, err := webrtc.NewTrackLocalStaticRTP(codec, "video", "bench"+publisher)
	if err == nil {
		s.tracks[publisher] = track
	}
	return track, err
}

// handle makes a connection, lets prepare add to it, and answers the offer in the body.
func (s *sfu) handle(prepare func(*webrtc.PeerConnection, *webrtc.TrackLocalStaticRTP) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		track, err := s.track(r.URL.Query().Get("publisher"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer, err := s.answer(r.Body, track, prepare)
		if err != nil {
			log.Print(err)
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		io.WriteString(w, answer)
	}
}

func (s *sfu) answer(
	body io.Reader, track *webrtc.TrackLocalStaticRTP, prepare func(*webrtc.PeerConnection, *webrtc.TrackLocalStaticRTP) error,
) (string, error) {
	offer, err := io.ReadAll(body)
	if err != nil {
		return "", err
	}
	connection, err := s.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	s.connections = append(s.connections, connection)
	s.mu.Unlock()
	if err := prepare(connection, track); err != nil {
		return "", err
	}
	if err := connection.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: string(offer)}); err != nil {
		return "", err
	}
	answer, err := connection.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(connection)
	if err := connection.SetLocalDescription(answer); err != nil {
		return "", err
	}
	<-gathered
	return connection.LocalDescription().SDP, nil
}

// publish forwards every packet that arrives to its publisher's track, which writes it to all who watch.
func (s *sfu) publish(connection *webrtc.PeerConnection, track *webrtc.TrackLocalStaticRTP) error {
	connection.OnTrack(func(remote *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		buffer := make([]byte, 1500)
		for {
			n, _, err := remote.Read(buffer)
			if err != nil {
				return
			}
			if _, err := track.Write(buffer[:n]); err != nil && !errors.Is(err, io.ErrClosedPipe) {
				log.Print(err)
			}
		}
	})
	return nil
}

// watch must read RTCP, for the interceptors work on what is read.
func (s *sfu) watch(connection *webrtc.PeerConnection, track *webrtc.TrackLocalStaticRTP) error {
	sender, err := connection.AddTrack(track)
	if err != nil {
		return err
	}
	go func() {
		buffer := make([]byte, 1500)
		for {
			if _, _, err := sender.Read(buffer); err != nil {
				return
			}
		}
	}()
	return nil
}
