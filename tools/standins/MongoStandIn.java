import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.QueryParameters;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;

/**
 * Stands in for MongoDB where there is none: mongo-java-server, which keeps everything in memory, with
 * three things mended that a test of several servers under load depends on:
 *
 * - a unique index serves every query that fixes all of its fields (compare-and-sets ask for more than
 *   the index's fields, and would look at every document);
 * - secondary indexes exist (SecondaryIndex);
 * - a document that is read is one that was there at one moment: the library answers with the live
 *   document, which another thread may be changing while it is sent.
 *
 * Every operation on one collection excludes every other, so updates of a document are atomic.
 */
public final class MongoStandIn {
    public static void main(String[] arguments) {
        MongoServer server = new MongoServer(new Backend());
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])));
        System.out.println("ready " + server.getLocalAddress().getPort());
    }

    private static final class Backend extends MemoryBackend {
        @Override
        public MemoryDatabase openOrCreateDatabase(String name) {
            return new Database(name, getCursorRegistry());
        }
    }

    private static final class Database extends MemoryDatabase {
        Database(String name, CursorRegistry cursors) {
            super(name, cursors);
        }

        @Override
        protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
            return new Snapshots(this, name, options, cursorRegistry);
        }

        @Override
        protected Index<Integer> openOrCreateUniqueIndex(
                String collection, String name, List<IndexKey> keys, boolean sparse) {
            return new UniqueIndex(name, keys, sparse);
        }

        @Override
        protected Index<Integer> openOrCreateSecondaryIndex(
                String collection, String name, List<IndexKey> keys, boolean sparse) {
            return new SecondaryIndex(name, keys, sparse);
        }
    }

    /** Answers with copies, made while nobody can change the documents. */
    private static final class Snapshots extends MemoryCollection {
        private boolean changing; // findAndModify finds what it changes with handleQuery, too

        Snapshots(Database database, String name, CollectionOptions options, CursorRegistry cursors) {
            super(database, name, options, cursors);
        }

        @Override
        public synchronized QueryResult handleQuery(QueryParameters parameters) {
            QueryResult result = super.handleQuery(parameters);
            if (changing) {
                return result;
            }
            List<Document> copies = new ArrayList<>();
            // An update replaces values and never changes one: a shallow copy stays as it is.
            result.forEach(document -> copies.add(document.clone()));
            return new QueryResult(copies, result.getCursorId());
        }

        @Override
        public synchronized Document findAndModify(Document query) {
            changing = true;
            try {
                Document result = super.findAndModify(query);
                if (result.get("value") instanceof Document) {
                    result.put("value", ((Document) result.get("value")).clone());
                }
                return result;
            } finally {
                changing = false;
            }
        }

        @Override
        public synchronized int count(Document query, int skip, int limit) {
            return super.count(query, skip, limit);
        }

        @Override
        public synchronized void addIndex(Index<Integer> index) {
            super.addIndex(index);
        }
    }

    private static final class UniqueIndex extends MemoryUniqueIndex {
        UniqueIndex(String name, List<IndexKey> keys, boolean sparse) {
            super(name, keys, sparse);
        }

        @Override
        public synchronized boolean canHandle(Document query) {
            return keys().stream().allMatch(key -> Values.of(query.get(key)) != null)
                    || super.canHandle(query);
        }

        @Override
        public synchronized Iterable<Integer> getPositions(Document query) {
            List<List<Object>> combinations = List.of(List.of());
            for (String key : keys()) {
                List<Object> values = Values.of(query.get(key));
                if (values == null) {
                    return super.getPositions(query);
                }
                List<List<Object>> longer = new ArrayList<>();
                for (List<Object> combination : combinations) {
                    for (Object value : values) {
                        List<Object> one = new ArrayList<>(combination);
                        one.add(value);
                        longer.add(one);
                    }
                }
                combinations = longer;
            }
            return combinations.stream().map(one -> getPosition(new KeyValue(one).normalized()))
                    .filter(Objects::nonNull).collect(toCollection(LinkedHashSet::new));
        }
    }

    /** The plain values that a field must have one of. The collection checks the whole query anyway. */
    static final class Values {
        /** null: the condition is of another kind. */
        static List<Object> of(Object condition) {
            if (condition instanceof Document) {
                Document operators = (Document) condition;
                if (operators.keySet().size() != 1) {
                    return null;
                }
                if (operators.get("$in") instanceof Collection) {
                    List<Object> values = ((Collection<?>) operators.get("$in")).stream().collect(toList());
                    return values.stream().allMatch(Values::plain) ? values : null;
                }
                condition = operators.get("$eq");
            }
            return plain(condition) ? List.of(condition) : null;
        }

        private static boolean plain(Object value) {
            return value != null && !(value instanceof Document) && !(value instanceof Collection)
                    && !BsonRegularExpression.isRegularExpression(value);
        }
    }
}
