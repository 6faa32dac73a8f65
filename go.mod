module github.com/gomagpie/magpie

go 1.27

require (
	github.com/klauspost/compress v1.20.3
	github.com/spf13/pflag v1.0.10
	gonum.org/v1/gonum v0.17.0
	gonum.org/v1/hdf5 v0.0.0-20210714002203-8c5d23bc6946
)
