import admin from './admin.json'

export default { admin }
