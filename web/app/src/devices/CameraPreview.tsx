import { useEffect, useRef } from 'react'

/** The own picture, mirrored. */
export function CameraPreview({ stream, label }: { stream: MediaStream | null; label: string }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const element = video.current
    if (!element) return
    element.srcObject = stream
    return () => {
      element.srcObject = null
    }
  }, [stream])
  return <video ref={video} className="preview" aria-label={label} autoPlay playsInline muted />
}
