// For mongosh: the replica set of one, and the servers' account, which may read and write the database
// `cinema` and nothing else. Runs at every `up`; sets the account's password anew, so that a new one counts.
const fs = require('fs');

const SECONDS_MAX = 60;
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, 'utf8').trim();

const admin = connect('mongodb://mongo:27017/admin?directConnection=true&serverSelectionTimeoutMS=30000');
admin.auth('root', secret('root_password'));

try {
    admin.runCommand({
        replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] },
    });
    print('The replica set has been made.');
} catch (error) {
    if (error.codeName !== 'AlreadyInitialized') throw error;
}

let waited = 0;
while (!admin.runCommand({ hello: 1 }).isWritablePrimary) {
    if (waited++ === SECONDS_MAX) throw new Error(`mongo did not become primary in ${SECONDS_MAX} s`);
    sleep(1000);
}

const cinema = admin.getSiblingDB('cinema');
const account = { pwd: secret('app_password'), roles: [{ role: 'readWrite', db: 'cinema' }] };
if (cinema.runCommand({ usersInfo: 'cinema' }).users.length === 0) {
    cinema.runCommand({ createUser: 'cinema', ...account });
    print('The account of the servers has been made.');
} else {
    cinema.runCommand({ updateUser: 'cinema', ...account });
}
