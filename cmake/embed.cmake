# Writes OUTPUT, the text of the file INPUT as a C++ string literal.
file(READ ${INPUT} text)
if(text MATCHES "\\)embedded\"")
  message(FATAL_ERROR "${INPUT} holds the end of a literal")
endif()
file(WRITE ${OUTPUT} "R\"embedded(${text})embedded\"\n")
