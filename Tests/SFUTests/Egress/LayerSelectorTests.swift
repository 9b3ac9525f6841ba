import Testing

@testable import SFU

@Suite struct LayerSelectorTests {
    /// Guard (reliability F 27): a switch before the keyframe is a freeze. Broken by leaving `keyframeStart` out of the condition.
    @Test func keepsTheOldLayerUntilTheNewKeyframeStarts() {
        var selector = LayerSelector()
        selector.setTarget(0)
        #expect(selector.packetArrived(encoding: 0, keyframeStart: false) == .drop)
        #expect(selector.packetArrived(encoding: 0, keyframeStart: true) == .switchAndForward)
        #expect(selector.packetArrived(encoding: 0, keyframeStart: false) == .forward)
        selector.setTarget(2)
        #expect(selector.needsKeyframe)
        #expect(selector.packetArrived(encoding: 2, keyframeStart: false) == .drop)
        #expect(selector.packetArrived(encoding: 0, keyframeStart: false) == .forward)
        #expect(selector.packetArrived(encoding: 1, keyframeStart: true) == .drop)
        #expect(selector.packetArrived(encoding: 2, keyframeStart: true) == .switchAndForward)
        #expect(selector.packetArrived(encoding: 0, keyframeStart: true) == .drop)
        #expect(!selector.needsKeyframe)
    }

    @Test func aKeyframeOfThePresentLayerIsNotASwitch() {
        var selector = LayerSelector()
        selector.setTarget(1)
        _ = selector.packetArrived(encoding: 1, keyframeStart: true)
        #expect(selector.packetArrived(encoding: 1, keyframeStart: true) == .forward)
    }

    /// Guard: `stopgap` in `awaits`. Without it whoever comes to a publisher that cannot send the target sees nothing until that is given up.
    @Test func somethingElseIsShownUntilTheTargetComes() {
        var selector = LayerSelector()
        selector.setTarget(2, stopgap: 0)
        #expect(selector.awaits(0) && selector.awaits(2) && !selector.awaits(1))
        #expect(selector.packetArrived(encoding: 0, keyframeStart: true) == .switchAndForward)
        #expect(selector.needsKeyframe && !selector.awaits(0))
        #expect(selector.packetArrived(encoding: 2, keyframeStart: true) == .switchAndForward)
        #expect(selector.packetArrived(encoding: 0, keyframeStart: true) == .drop, "nothing falls back to it")
    }

    @Test func nothingIsForwardedWithoutATarget() {
        var selector = LayerSelector()
        selector.setTarget(1)
        _ = selector.packetArrived(encoding: 1, keyframeStart: true)
        selector.setTarget(nil)
        #expect(selector.packetArrived(encoding: 1, keyframeStart: false) == .drop)
        selector.setTarget(1)
        #expect(selector.packetArrived(encoding: 1, keyframeStart: false) == .drop, "what came between is missing")
    }
}
