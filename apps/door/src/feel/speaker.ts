import type { Tone } from '../words/verdict-words.ts'
import { sounds, vibrations } from './verdict-feel.ts'

export interface Speaker {
  /** Sounds and vibrates; a new verdict cuts the one before short. */
  readonly play: (tone: Tone) => void
  /** Browsers keep sound shut until the first tap or key: call from its handler. */
  readonly unlock: () => void
  readonly isOpen: () => boolean
}

/** Makes the door heard, by WebAudio without any file, and felt where the tablet can vibrate. */
export function createSpeaker(onOpen: () => void): Speaker {
  let context: AudioContext | null = null
  let playing: GainNode | null = null

  function open(): AudioContext {
    const audio = context ?? new AudioContext({ latencyHint: 'interactive' })
    context = audio
    audio.onstatechange = onOpen
    return audio
  }

  return {
    isOpen: () => context?.state === 'running',
    unlock() {
      if (typeof AudioContext === 'undefined') return
      const audio = open()
      if (audio.state !== 'running') void audio.resume().then(onOpen, () => undefined)
    },
    play(tone) {
      navigator.vibrate?.([...vibrations[tone]])
      if (context === null) return
      if (context.state !== 'running') void context.resume().catch(() => undefined)
      playing?.disconnect()
      playing = playNotes(context, tone)
    },
  }
}

function playNotes(audio: AudioContext, tone: Tone): GainNode {
  const volume = audio.createGain()
  volume.connect(audio.destination)
  let at = audio.currentTime + 0.01
  for (const note of sounds[tone]) {
    const seconds = note.ms / 1_000
    const voice = audio.createOscillator()
    const envelope = audio.createGain()
    voice.type = note.shape
    voice.frequency.value = note.hertz
    // Short ramps at both ends: a hard edge would click in the speaker.
    const loud = note.shape === 'square' ? 0.25 : 0.6
    envelope.gain.setValueAtTime(0, at)
    envelope.gain.linearRampToValueAtTime(loud, at + 0.008)
    envelope.gain.setValueAtTime(loud, at + seconds - 0.02)
    envelope.gain.linearRampToValueAtTime(0, at + seconds)
    voice.connect(envelope).connect(volume)
    voice.start(at)
    voice.stop(at + seconds)
    at += seconds + note.restMs / 1_000
  }
  return volume
}
