export {
  attemptsMax,
  type Broker,
  type Message,
  messageBytesMax,
  type Subscription,
  type Topic,
} from './outbox/broker.ts'
