// Fake camera pictures: a person in a room, drawn on a canvas.
import { stillStream } from './stillStream'

export type Sitter = {
  readonly width: number
  readonly height: number
  readonly wall: string
  readonly light: string
  readonly skin: string
  readonly hair: string
  readonly shirt: string
}

export const ada: Sitter = {
  width: 1280,
  height: 720,
  wall: '#8aa39a',
  light: '#dfe6d8',
  skin: '#c98f6d',
  hair: '#33241c',
  shirt: '#2f4a63',
}

export const self: Sitter = {
  width: 640,
  height: 480,
  wall: '#b9a58c',
  light: '#f0e4cf',
  skin: '#e3b590',
  hair: '#7a4a24',
  shirt: '#4e6b45',
}

/** `ada` in portrait format. */
export const adaUpright: Sitter = { ...ada, width: 720, height: 1280 }

export function fakePicture(sitter: Sitter): MediaStream {
  return stillStream(sitter.width, sitter.height, (pen) => draw(pen, sitter))
}

function draw(pen: CanvasRenderingContext2D, { width, height, ...colours }: Sitter): void {
  const wall = pen.createRadialGradient(
    width * 0.22,
    height * 0.2,
    0,
    width * 0.3,
    height * 0.3,
    width,
  )
  wall.addColorStop(0, colours.light)
  wall.addColorStop(1, colours.wall)
  pen.fillStyle = wall
  pen.fillRect(0, 0, width, height)

  const unit = Math.min(width, height)
  const x = width / 2
  const y = height * 0.46
  pen.fillStyle = colours.shirt
  ellipse(pen, x, height + unit * 0.12, unit * 0.5, unit * 0.46)
  pen.fillStyle = colours.hair
  ellipse(pen, x, y - unit * 0.05, unit * 0.225, unit * 0.26)
  pen.fillStyle = colours.skin
  pen.fillRect(x - unit * 0.07, y + unit * 0.1, unit * 0.14, unit * 0.2)
  ellipse(pen, x, y, unit * 0.17, unit * 0.22)
  pen.fillStyle = colours.hair
  ellipse(pen, x - unit * 0.06, y - unit * 0.17, unit * 0.16, unit * 0.09)
  ellipse(pen, x - unit * 0.065, y - unit * 0.02, unit * 0.018, unit * 0.014)
  ellipse(pen, x + unit * 0.065, y - unit * 0.02, unit * 0.018, unit * 0.014)
  pen.strokeStyle = colours.hair
  pen.lineWidth = unit * 0.008
  pen.beginPath()
  pen.arc(x, y + unit * 0.06, unit * 0.06, 0.2 * Math.PI, 0.8 * Math.PI)
  pen.stroke()
}

function ellipse(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  pen.beginPath()
  pen.ellipse(x, y, width, height, 0, 0, 2 * Math.PI)
  pen.fill()
}
