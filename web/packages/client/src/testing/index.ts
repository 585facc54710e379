// For tests of apps that embed Parley: a phone with the real core, and a server, a peer and a
// browser that the test controls. The fakes from which it is built follow.
export { createTestPhone } from './testPhone'
export type { TestPhone, TestPhoneOptions } from './testPhone'
export type { Answering, TestPeer } from './testPeer'
export type { TestMedia } from './testMedia'
export type { CoreSource } from './loadCore'

export { FakeConnection } from './fakeConnection'
export { FakeCore } from './fakeCore'
export { FakePlatform } from './fakePlatform'
export { FakeSocket } from './fakeSocket'
export { FakeTrack } from './fakeTrack'
export { callView, legStatus, qualityView, sourceView } from './views'
