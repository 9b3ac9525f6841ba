import GRDB
import Hummingbird
import JWTKit
import CArgon2
enum ControlBootstrap {}
