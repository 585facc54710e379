// A fake shared screen: a window with a table, and text in its corners.
import { stillStream } from './stillStream'

const width = 1600
const height = 900

export function fakeScreen(): MediaStream {
  return stillStream(width, height, draw)
}

function draw(pen: CanvasRenderingContext2D): void {
  pen.fillStyle = '#fbfbf9'
  pen.fillRect(0, 0, width, height)
  pen.fillStyle = '#dfe3e0'
  pen.fillRect(0, 0, width, 64)
  pen.fillStyle = '#1f2a25'
  pen.font = '600 30px system-ui, sans-serif'
  pen.fillText('Budget 2031', 40, 43)
  pen.textAlign = 'right'
  pen.fillText('Saved', width - 40, 43)
  pen.textAlign = 'left'
  for (let row = 0; row < 13; row += 1) {
    const y = 120 + row * 56
    pen.fillStyle = row % 2 === 0 ? '#f0f3f1' : '#fbfbf9'
    pen.fillRect(40, y - 36, width - 80, 56)
    pen.fillStyle = '#35423c'
    pen.font = '26px system-ui, sans-serif'
    pen.fillText(`Item ${row + 1}`, 64, y)
    for (let column = 0; column < 4; column += 1) {
      pen.fillText(String((row * 37 + column * 911) % 9000), 520 + column * 270, y)
    }
  }
  pen.fillStyle = '#1f2a25'
  pen.font = '600 24px system-ui, sans-serif'
  pen.fillText('Total', 64, height - 24)
  pen.textAlign = 'right'
  pen.fillText('Page 1 of 4', width - 40, height - 24)
  pen.textAlign = 'left'
}
