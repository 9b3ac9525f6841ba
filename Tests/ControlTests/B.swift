import Testing
@Test func b() {}
import HummingbirdTesting
import Yams
