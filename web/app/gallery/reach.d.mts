export function unreachable(): string[]
