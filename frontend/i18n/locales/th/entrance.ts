import common from './common.json'
import film from './film.json'
import home from './home.json'
import login from './login.json'

export default { common, film, home, login }
