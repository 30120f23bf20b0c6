# cinema_embed(<name> <namespace> <file>...) makes generated/<name>.{hpp,cpp}: a function
# `embedded_<name>()` that lists the files' names and contents, so that the binary carries them.
function(cinema_embed name namespace)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/generated/${name})
    string(JOIN "|" joined ${ARGN})
    add_custom_command(
        OUTPUT ${out}.cpp ${out}.hpp
        COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAME=${name} -DNAMESPACE=${namespace}
                "-DFILES=${joined}" -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed_files.cmake
        DEPENDS ${ARGN} ${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed_files.cmake
        VERBATIM)
    add_custom_target(embed_${name} DEPENDS ${out}.cpp ${out}.hpp)
endfunction()
