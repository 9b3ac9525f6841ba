import Hummingbird
import NIOWebSocket
enum SigB {}
