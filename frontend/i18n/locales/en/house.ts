import checkout from './checkout.json'
import seats from './seats.json'
import tickets from './tickets.json'

export default { checkout, seats, tickets }
