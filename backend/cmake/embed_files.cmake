# Writes OUT.hpp and OUT.cpp (see embed.cmake). Contents go in as bytes, so that any file will do.
string(REPLACE "|" ";" FILES "${FILES}")
file(WRITE "${OUT}.hpp" "#pragma once
#include <span>
#include <string_view>
namespace ${NAMESPACE} {
struct EmbeddedFile_${NAME} {
    std::string_view name;
    std::string_view content;
};
/// Sorted by name.
std::span<const EmbeddedFile_${NAME}> embedded_${NAME}();
}  // namespace ${NAMESPACE}
")
set(code "#include \"${NAME}.hpp\"\nnamespace ${NAMESPACE} {\nnamespace {\n")
set(table "")
set(index 0)
list(SORT FILES)
foreach(path ${FILES})
    get_filename_component(base "${path}" NAME)
    file(READ "${path}" hex HEX)
    string(LENGTH "${hex}" length)
    math(EXPR size "${length} / 2")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND code "constexpr unsigned char kFile_${NAME}_${index}[] = {${bytes}0};\n")
    string(APPEND table "    {\"${base}\", {reinterpret_cast<const char*>(kFile_${NAME}_${index}), ${size}}},\n")
    math(EXPR index "${index} + 1")
endforeach()
string(APPEND code "const EmbeddedFile_${NAME} kTable_${NAME}[] = {\n${table}};\n}  // namespace\n"
    "std::span<const EmbeddedFile_${NAME}> embedded_${NAME}() { return kTable_${NAME}; }\n"
    "}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUT}.cpp" "${code}")
