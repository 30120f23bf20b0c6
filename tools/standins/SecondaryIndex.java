import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An index that need not be unique, which the library has none of: documents by the value of the index's
 * first field. A sparse one also serves comparisons, by all documents that have the field: the few with
 * work left to do. It finds candidates only; the collection checks the whole query.
 *
 * The collection's lock protects it. The library is told that it is sparse: it may then answer with no
 * position for a document.
 */
final class SecondaryIndex extends Index<Integer> {
    private static final Set<String> COMPARISONS = Set.of("$lt", "$lte", "$gt", "$gte");

    private final boolean onlyWhenThere;
    private final List<IndexKey> allKeys;
    private final Map<KeyValue, Set<Integer>> positions = new HashMap<>();
    private final Map<Object, Integer> positionOfId = new HashMap<>();

    SecondaryIndex(String name, List<IndexKey> keys, boolean sparse) {
        super(name, keys.subList(0, 1), true);
        allKeys = keys;
        onlyWhenThere = sparse;
    }

    private static boolean hasNone(KeyValue value) {
        return value.get(0) == null;
    }

    @Override
    public List<IndexKey> getKeys() {
        return allKeys == null ? super.getKeys() : allKeys;
    }

    @Override
    protected List<String> keys() {
        return List.of(super.getKeys().get(0).getKey());
    }

    @Override
    public boolean hasSameOptions(Index<?> other) {
        return other instanceof SecondaryIndex && ((SecondaryIndex) other).onlyWhenThere == onlyWhenThere;
    }

    @Override
    public void add(Document document, Integer position, MongoCollection<Integer> collection) {
        positionOfId.put(document.get("_id"), position);
        for (KeyValue value : getKeyValues(document)) {
            if (!hasNone(value)) {
                positions.computeIfAbsent(value, key -> new LinkedHashSet<>()).add(position);
            }
        }
    }

    @Override
    public Integer remove(Document document) {
        Integer position = positionOfId.remove(document.get("_id"));
        for (KeyValue value : getKeyValues(document)) {
            positions.computeIfPresent(value, (key, those) -> {
                those.remove(position);
                return those.isEmpty() ? null : those;
            });
        }
        return null;
    }

    @Override
    public void updateInPlace(
            Document before, Document after, Integer position, MongoCollection<Integer> collection) {
        if (!getKeyValues(before).equals(getKeyValues(after))) {
            remove(before);
            add(after, position, collection);
        }
    }

    @Override
    public boolean canHandle(Document query) {
        Object condition = query.get(keys().get(0));
        return MongoStandIn.Values.of(condition) != null || comparesWhatIsThere(condition);
    }

    private boolean comparesWhatIsThere(Object condition) {
        return onlyWhenThere && condition instanceof Document && !((Document) condition).isEmpty()
                && COMPARISONS.containsAll(((Document) condition).keySet());
    }

    @Override
    public Iterable<Integer> getPositions(Document query) {
        Set<Integer> found = new TreeSet<>();
        List<Object> values = MongoStandIn.Values.of(query.get(keys().get(0)));
        if (values == null) {
            positions.values().forEach(found::addAll);
        } else {
            values.forEach(value ->
                    found.addAll(positions.getOrDefault(new KeyValue(value).normalized(), Set.of())));
        }
        return new ArrayList<>(found);
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
