import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
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
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Stands in for MongoDB where there is none: mongo-java-server, which keeps everything in memory, with
 * four things mended that a test of several servers under load depends on:
 *
 * - a unique index serves every query that fixes all of its fields (compare-and-sets ask for more than
 *   the index's fields, and would look at every document);
 * - secondary indexes exist (SecondaryIndex), and a list of the newest reads them from their end;
 * - an aggregation that begins with $match reads what an index finds for that: the library would copy
 *   the whole collection first, and let everything else wait meanwhile;
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
        public Document handleCommand(Channel channel, String command, Document query,
                DatabaseResolver databases, Oplog oplog) {
            if (!command.equalsIgnoreCase("aggregate")) {
                return super.handleCommand(channel, command, query, databases, oplog);
            }
            MongoCollection<?> collection = resolveCollection(query.get(command).toString(), false);
            if (!(collection instanceof Snapshots)) {
                return super.handleCommand(channel, command, query, databases, oplog);
            }
            Snapshots read = (Snapshots) collection;
            read.firstMatch.set(firstMatchOf(query.get("pipeline")));
            try {
                return super.handleCommand(channel, command, query, databases, oplog);
            } finally {
                read.firstMatch.remove();
            }
        }

        /** null: the pipeline begins with something else. */
        private static Document firstMatchOf(Object pipeline) {
            Object stage = pipeline instanceof List && !((List<?>) pipeline).isEmpty()
                    ? ((List<?>) pipeline).get(0) : null;
            Object match = stage instanceof Document ? ((Document) stage).get("$match") : null;
            return match instanceof Document ? (Document) match : null;
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
        private static final String ORDER_OF_IDS = "order of _id";
        private static final int SORTED_MAX = 500;

        /** What this thread's aggregation is about to ask of every document. */
        private final ThreadLocal<Document> firstMatch = new ThreadLocal<>();
        private boolean changing; // findAndModify finds what it changes with handleQuery, too

        Snapshots(Database database, String name, CollectionOptions options, CursorRegistry cursors) {
            super(database, name, options, cursors);
        }

        /** For aggregations. */
        @Override
        public Stream<Document> queryAllAsStream() {
            Document match = firstMatch.get();
            firstMatch.remove();
            return match == null ? super.queryAllAsStream() : candidates(match);
        }

        private synchronized Stream<Document> candidates(Document match) {
            Index<Integer> index = bestFor(match);
            if (index == null) {
                return super.queryAllAsStream();
            }
            List<Document> copies = new ArrayList<>();
            index.getPositions(match).forEach(position -> copies.add(getDocument(position).clone()));
            return copies.stream();
        }

        /** null: there is none. */
        private Index<Integer> bestFor(Document query) {
            return getIndexes().stream().filter(index -> index.canHandle(query))
                    .max(Comparator.comparing(index -> index instanceof SecondaryIndex
                            ? ((SecondaryIndex) index).fieldsServing(query) : Integer.MAX_VALUE))
                    .orElse(null);
        }

        @Override
        protected QueryResult queryDocuments(
                Document query, Document order, int skip, int limit, int batch, Document fields) {
            Iterable<Integer> newest = limit > 0 ? inOrder(query, order) : null;
            if (newest != null) {
                return matchDocuments(query, newest, null, skip, limit, batch, fields);
            }
            Index<Integer> index = bestFor(query);
            return index == null
                    ? matchDocuments(query, order, skip, limit, batch, fields)
                    : matchDocuments(query, index.getPositions(query), order, skip, limit, batch, fields);
        }

        /** Candidates in the order that is asked for, when that is by _id. null: sort what is found. */
        private Iterable<Integer> inOrder(Document query, Document order) {
            if (order == null || !order.keySet().equals(Set.of("_id"))) {
                return null;
            }
            boolean descending = ((Number) order.get("_id")).intValue() < 0;
            SecondaryIndex all = null;
            for (Index<Integer> index : getIndexes()) {
                if (!(index instanceof SecondaryIndex)) {
                    continue;
                }
                if (index.getName().equals(ORDER_OF_IDS)) {
                    all = (SecondaryIndex) index;
                    continue;
                }
                Iterable<Integer> found = ((SecondaryIndex) index).inOrderOf("_id", descending, query);
                if (found != null) {
                    return found;
                }
            }
            Index<Integer> index = bestFor(query);
            boolean few = index != null && (!(index instanceof SecondaryIndex)
                    || ((SecondaryIndex) index).findsAtMost(SORTED_MAX, query));
            return all == null || few ? null : all.inOrderOf("_id", descending, query);
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
            if (index instanceof UniqueIndex && ((UniqueIndex) index).isOfIds()) {
                super.addIndex(new SecondaryIndex(ORDER_OF_IDS, index.getKeys(), false));
            }
        }

        @Override
        public synchronized void drop() {
            if (getIndexes().stream().anyMatch(index -> index.getName().equals(ORDER_OF_IDS))) {
                dropIndex(ORDER_OF_IDS); // the library knows nothing of it
            }
            super.drop();
        }
    }

    private static final class UniqueIndex extends MemoryUniqueIndex {
        UniqueIndex(String name, List<IndexKey> keys, boolean sparse) {
            super(name, keys, sparse);
        }

        boolean isOfIds() {
            return keys().equals(List.of("_id"));
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

        static boolean plain(Object value) {
            return value != null && !(value instanceof Document) && !(value instanceof Collection)
                    && !BsonRegularExpression.isRegularExpression(value);
        }
    }
}
