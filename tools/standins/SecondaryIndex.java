import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An index that need not be unique, which the library has none of: documents in the order of the index's
 * fields. It serves queries that fix its first fields, or those and a range of the next, and can list
 * what it finds in the order of its last field. It finds candidates only, perhaps too many and never too
 * few; the collection checks the whole query.
 *
 * The collection's lock protects it. The library is told that it is sparse: it may then answer with no
 * position for a document. Documents without the first field are not in it: no condition that it serves
 * fits them.
 */
final class SecondaryIndex extends Index<Integer> {
    private static final Object AFTER_ALL = new Object();

    private final boolean onlyWhenThere;
    private boolean hasLists; // then different elements may fulfil the two ends of a range
    /** A list that another begins with is before it. */
    private final NavigableMap<List<Object>, Set<Integer>> positions =
            new TreeMap<>(SecondaryIndex::compare);
    private final Map<Object, Integer> positionOfId = new HashMap<>();

    SecondaryIndex(String name, List<IndexKey> keys, boolean sparse) {
        super(name, keys, true);
        onlyWhenThere = sparse;
    }

    private static int compare(List<Object> one, List<Object> other) {
        Comparator<Object> values = ValueComparator.ascWithoutListHandling();
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            Object a = one.get(i);
            Object b = other.get(i);
            int order = a == AFTER_ALL || b == AFTER_ALL
                    ? Boolean.compare(a == AFTER_ALL, b == AFTER_ALL)
                    : values.compare(a, b);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static List<Object> with(List<Object> values, Object next) {
        List<Object> longer = new ArrayList<>(values);
        longer.add(next);
        return longer;
    }

    private static Object normalized(Object value) {
        return new KeyValue(value).normalized().get(0);
    }

    private List<List<Object>> keysOf(Document document) {
        List<List<Object>> found = new ArrayList<>();
        for (KeyValue values : getKeyValues(document)) {
            if (values.get(0) != null) {
                List<Object> key = new ArrayList<>();
                values.forEach(key::add);
                found.add(key);
            }
        }
        return found;
    }

    @Override
    public boolean hasSameOptions(Index<?> other) {
        return other instanceof SecondaryIndex && ((SecondaryIndex) other).onlyWhenThere == onlyWhenThere;
    }

    @Override
    public void add(Document document, Integer position, MongoCollection<Integer> collection) {
        positionOfId.put(document.get("_id"), position);
        List<List<Object>> keys = keysOf(document);
        hasLists = hasLists || keys.size() > 1;
        keys.forEach(key -> positions.computeIfAbsent(key, none -> new LinkedHashSet<>(2)).add(position));
    }

    @Override
    public Integer remove(Document document) {
        Integer position = positionOfId.remove(document.get("_id"));
        for (List<Object> key : keysOf(document)) {
            positions.computeIfPresent(key, (same, those) -> {
                those.remove(position);
                return those.isEmpty() ? null : those;
            });
        }
        return null;
    }

    @Override
    public void updateInPlace(
            Document before, Document after, Integer position, MongoCollection<Integer> collection) {
        if (!keysOf(before).equals(keysOf(after))) {
            remove(before);
            add(after, position, collection);
        }
    }

    /** How many of its fields, from the first, the query restricts. */
    int fieldsServing(Document query) {
        int count = 0;
        for (String key : keys()) {
            if (MongoStandIn.Values.of(query.get(key)) != null) {
                count++;
                continue;
            }
            return Range.of(query.get(key)) != null && !hasLists ? count + 1 : count;
        }
        return count;
    }

    @Override
    public boolean canHandle(Document query) {
        return fieldsServing(query) > 0;
    }

    @Override
    public Iterable<Integer> getPositions(Document query) {
        Set<Integer> found = new TreeSet<>();
        for (NavigableMap<List<Object>, Set<Integer>> part : partsFor(query)) {
            part.values().forEach(found::addAll);
        }
        return new ArrayList<>(found);
    }

    boolean findsAtMost(int count, Document query) {
        int found = 0;
        for (NavigableMap<List<Object>, Set<Integer>> part : partsFor(query)) {
            for (Set<Integer> those : part.values()) {
                found += those.size();
                if (found > count) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Each stretch of the index where what the query asks for can be. */
    private List<NavigableMap<List<Object>, Set<Integer>>> partsFor(Document query) {
        List<List<Object>> begins = List.of(List.of());
        Range range = Range.ALL;
        for (String key : keys()) {
            List<Object> values = MongoStandIn.Values.of(query.get(key));
            if (values == null) {
                Range asked = hasLists ? null : Range.of(query.get(key));
                range = asked == null ? range : asked;
                break;
            }
            Set<Object> different = new LinkedHashSet<>();
            values.forEach(value -> different.add(normalized(value)));
            List<List<Object>> longer = new ArrayList<>();
            begins.forEach(begin -> different.forEach(value -> longer.add(with(begin, value))));
            begins = longer;
        }
        List<NavigableMap<List<Object>, Set<Integer>>> parts = new ArrayList<>();
        for (List<Object> begin : begins) {
            List<Object> first = range.from == null ? begin : with(begin, range.from);
            List<Object> last = range.to == null ? begin : with(begin, range.to);
            List<Object> end = with(last, AFTER_ALL);
            if (compare(first, end) <= 0) {
                parts.add(positions.subMap(first, true, end, true));
            }
        }
        return parts;
    }

    /**
     * What getPositions() finds, in the order of `field` (which every document has once), to be read
     * before anything changes. null: that is not the order of this index for this query.
     */
    Iterable<Integer> inOrderOf(String field, boolean descending, Document query) {
        int last = keys().size() - 1;
        boolean restFixed = keys().subList(0, last).stream()
                .allMatch(key -> MongoStandIn.Values.of(query.get(key)) != null);
        if (!keys().get(last).equals(field) || !restFixed) {
            return null;
        }
        List<NavigableMap<List<Object>, Set<Integer>>> parts = partsFor(query);
        if (parts.isEmpty()) {
            return List.of();
        }
        if (parts.size() > 1) {
            return null;
        }
        NavigableMap<List<Object>, Set<Integer>> part = parts.get(0);
        return () -> (descending ? part.descendingMap() : part).values().stream()
                .flatMap(Set::stream).iterator();
    }

    /** The ends of a condition of comparisons, which the candidates may lie on; null is no end. */
    private static final class Range {
        static final Range ALL = new Range();
        Object from;
        Object to;

        /** null: the condition is of another kind. */
        static Range of(Object condition) {
            if (!(condition instanceof Document) || ((Document) condition).isEmpty()) {
                return null;
            }
            Range range = new Range();
            for (Map.Entry<String, Object> comparison : ((Document) condition).entrySet()) {
                if (!MongoStandIn.Values.plain(comparison.getValue())) {
                    return null;
                }
                Object value = normalized(comparison.getValue());
                switch (comparison.getKey()) {
                    case "$gt":
                    case "$gte":
                        range.from = value;
                        break;
                    case "$lt":
                    case "$lte":
                        range.to = value;
                        break;
                    case "$eq":
                        range.from = value;
                        range.to = value;
                        break;
                    default:
                        return null;
                }
            }
            return range;
        }
    }

    @Override
    public long getCount() {
        return positions.size();
    }

    @Override
    public long getDataSize() {
        return getCount();
    }

    @Override
    public Integer getPosition(Document document) {
        return null;
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Integer> collection) {}

    @Override
    public void checkUpdate(Document before, Document after, MongoCollection<Integer> collection) {}

    @Override
    public void drop() {}
}
