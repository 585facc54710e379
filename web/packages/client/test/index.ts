// Stand-ins for the core and the browser, for tests of this package and of those that use it.
export { FakeConnection } from './fakeConnection'
export { FakeCore } from './fakeCore'
export { FakePlatform, FakeSocket, FakeTrack } from './fakePlatform'
export { callView, sourceView } from './views'
