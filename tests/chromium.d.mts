type BrowserSettings = { executablePath: string; args: string[] }

export function browserSettings(...args: string[]): BrowserSettings
export const fakeDevices: string[]
export const autoplay: string
