/**
 * 256 short English words for things, one a byte: no two differ by a single letter,
 * none is spelt two ways. The order is part of the protocol.
 */
export const wordList: readonly string[] = [
  'acorn actor amber anchor angel apple apron arrow atlas attic autumn avocado bacon',
  'badge bagel bamboo banana banjo barrel basket beaver bicycle biscuit blanket blossom',
  'bottle branch bridge broom bucket buffalo butter cabin cactus camel candle canoe',
  'canyon carpet carrot castle cello chalk cherry chess circus clarinet cliff clock',
  'cloud clover coconut coffee comet compass copper coral corner cotton cousin cowboy',
  'crane crayon crown crystal cupboard curtain dagger daisy dancer desert diamond',
  'dinner doctor dolphin dragon drawer drum eagle easel echo eclipse elbow elephant',
  'engine envelope falcon farmer feather fiddle finger fireplace flamingo flannel flute',
  'forest fossil fountain fox garden garlic giant giraffe glacier glove gold goose',
  'granite grape guitar hammer harp hedge helmet heron hockey honey hotel hunter',
  'iceberg igloo island ivory jacket jaguar jelly jewel jigsaw judge jungle kangaroo',
  'kayak kettle kitchen kitten koala ladder lagoon lantern lemon leopard library lily',
  'lizard lobster lotus magnet magpie mango maple marble meadow melon mermaid meteor',
  'mirror monkey moon mosaic muffin museum mushroom napkin needle nephew noodle nutmeg',
  'oak oasis ocean octopus olive onion orange orbit orchid otter owl oyster paddle',
  'panda paper peach pearl pebble pelican pencil penguin pepper piano pigeon pillow',
  'pirate planet plum pony potato prism puppet pyramid quartz queen quilt rabbit radio',
  'raft rainbow raven ribbon river robin rocket rose sailor salmon saturn scarf school',
  'scooter seahorse shadow shelter shovel silver snow soldier spider spoon squirrel',
  'statue sugar sunset swan table tiger timber tomato trumpet tulip tunnel turtle',
  'umbrella uncle valley velvet village violin volcano waffle walnut walrus whale',
  'window winter yacht zebra',
].flatMap((line) => line.split(' '))
